// What @dot-i/k8s-operator finds in the bundle where it asks for @kubernetes/client-node (docs/decisions/0014). Its
// constructor loads a kubeconfig and makes a client from it, which nobody uses: every request goes through src/kube, with a
// kubeconfig read there. Its watches and helpers, never called here, would keep every generated class of client-node alive.

class LeftOut {
  constructor() {
    throw new Error('this part of @kubernetes/client-node is not in the bundle (scripts/bundle-client-node.ts)')
  }
}

export class CoreV1Api {}
export class ApiextensionsV1Api extends LeftOut {}
export class Watch extends LeftOut {}

export class KubeConfig {
  loadFromDefault(): void {}
  makeApiClient<T>(api: new () => T): T {
    return new api()
  }
}

export function loadYaml(): never {
  throw new Error('loadYaml of @kubernetes/client-node is not in the bundle (scripts/bundle-client-node.ts)')
}
