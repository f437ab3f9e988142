import { formatApiVersion, type Gvk, parseApiVersion } from './gvk.ts'
import type { Binding } from './karmada-objects.ts'
import type { KubeObject } from './kube-object.ts'
import { formatKey, keyOf, type ObjectKey, parseKey } from './object-key.ts'

/** Names a template on the host: its kind and its key. */
export interface TemplateKey {
  readonly gvk: Gvk
  readonly key: ObjectKey
}

/** @returns `<apiVersion>|<kind>|<namespace>/<name>`: a queue key. */
export function formatTemplateKey({ gvk, key }: TemplateKey): string {
  return `${formatApiVersion(gvk)}|${gvk.kind}|${formatKey(key)}`
}

/** The inverse of {@link formatTemplateKey}. */
export function parseTemplateKey(text: string): TemplateKey {
  const [apiVersion = '', kind = '', key = ''] = text.split('|')
  return { gvk: { ...parseApiVersion(apiVersion), kind }, key: parseKey(key) }
}

export function templateKeyOf(template: KubeObject): string {
  return formatTemplateKey({
    gvk: { ...parseApiVersion(template.apiVersion), kind: template.kind },
    key: keyOf(template),
  })
}

/** The template that a binding is for. */
export function templateKeyOfBinding({ spec: { resource } }: Binding): string {
  const { apiVersion, kind, namespace, name } = resource
  return formatTemplateKey({ gvk: { ...parseApiVersion(apiVersion), kind }, key: { namespace: namespace ?? '', name } })
}
