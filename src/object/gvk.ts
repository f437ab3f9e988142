import type { KubeObject } from './kube-object.ts'

/** Group, version and kind; `group` is '' for the core group. */
export interface Gvk {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/** @returns `group/version`, or `version` for the core group: the `apiVersion` field of an object. */
export function formatApiVersion(gv: { readonly group: string; readonly version: string }): string {
  return gv.group === '' ? gv.version : `${gv.group}/${gv.version}`
}

/** Splits an `apiVersion` field. */
export function parseApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

/** The group, version and kind that an object says of itself. */
export function gvkOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>): Gvk {
  return { ...parseApiVersion(object.apiVersion), kind: object.kind }
}

/** @returns `group/version/kind`: a map key. */
export function formatGvk(gvk: Gvk): string {
  return `${gvk.group}/${gvk.version}/${gvk.kind}`
}
