// The HTTP client of @dot-i/k8s-operator's status and finalizer helpers, which are never called here.
export const instance = {
  request: (): never => {
    throw new Error('gaxios is not in the bundle (scripts/bundle-gaxios.ts)')
  },
}
