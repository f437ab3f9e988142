import { CLUSTER_NAMESPACE, EXECUTION_NAMESPACE_PREFIX, SYSTEM_NAMESPACE } from '../api/names.ts'
import { formatApiVersion, type Gvk, parseApiVersion } from '../object/gvk.ts'
import type { OwnerReference } from '../object/kube-object.ts'

/** APIs whose objects are never templates, as sets of texts: group, `group/version`, `group/version/Kind`. */
export interface SkippedApis {
  readonly groups: ReadonlySet<string>
  /** As `apiVersion` writes them: `v1` for the core group. */
  readonly groupVersions: ReadonlySet<string>
  readonly kinds: ReadonlySet<string>
}

/** Decides what can never be a template, whatever policies say. */
export interface TemplateFilter {
  isSkippedKind(gvk: Gvk): boolean
  isSkippedNamespace(namespace: string): boolean
  isSkippedObject(object: TemplateCandidate): boolean
}

export interface TemplateCandidate {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly ownerReferences?: readonly Pick<OwnerReference, 'controller'>[]
  }
}

/** @source spec/behaviour/propagation.md §1.1 */
const DEFAULT_SKIPPED_APIS = [
  'cluster.karmada.io',
  'policy.karmada.io',
  'work.karmada.io',
  'config.karmada.io',
  'networking.karmada.io',
  'autoscaling.karmada.io',
  'remedy.karmada.io',
  'apps.karmada.io',
  'events.k8s.io',
  'coordination.k8s.io/v1',
  'v1/Event',
].join(';')

/** Default of `--skipped-propagating-namespaces`. */
export const DEFAULT_SKIPPED_NAMESPACES: readonly string[] = ['kube-.*']

/**
 * Reads `--skipped-propagating-apis`: tokens `<group>`, `<group>/<version>` or `<group>/<version>/<Kind>[,<Kind>…]`,
 * separated by `;`. A token of one slash that starts with `v1` is `v1/<Kind>[,<Kind>…]` of the core group.
 *
 * @throws RangeError naming the token that fits none of these
 * @source spec/behaviour/propagation.md §1
 */
export function parseSkippedApis(flag: string): SkippedApis {
  const tokens = flag
    .split(';')
    .map(text => text.trim())
    .filter(text => text !== '')
  const parsed = tokens.map(parseToken)
  const textsOf = (form: ParsedToken['form']): ReadonlySet<string> =>
    new Set(parsed.flatMap(token => (token.form === form ? token.texts : [])))
  return { groups: textsOf('group'), groupVersions: textsOf('groupVersion'), kinds: textsOf('kinds') }
}

interface ParsedToken {
  readonly form: 'group' | 'groupVersion' | 'kinds'
  readonly texts: readonly string[]
}

function parseToken(token: string): ParsedToken {
  const parts = token.split('/')
  if (parts.length > 3 || parts.includes(''))
    throw new RangeError(`not a group, group/version or group/version/Kind: "${token}"`)
  if (parts.length === 1) return { form: 'group', texts: parts }
  if (parts.length === 2 && !token.startsWith('v1')) return { form: 'groupVersion', texts: [token] }
  const apiVersion = parts.slice(0, -1).join('/')
  const kinds = (parts.at(-1) ?? '').split(',')
  return { form: 'kinds', texts: kinds.map(kind => `${apiVersion}/${kind.trim()}`) }
}

/**
 * Puts the built-in skip list and the operator's flags into one filter.
 *
 * @param flags.skippedApis see {@link parseSkippedApis}; added to the built-in list
 * @param flags.skippedNamespaces regular expressions for whole names; default {@link DEFAULT_SKIPPED_NAMESPACES}
 * @throws RangeError or SyntaxError for a flag that cannot be read
 */
export function newTemplateFilter(
  flags: { readonly skippedApis?: string; readonly skippedNamespaces?: readonly string[] } = {},
): TemplateFilter {
  const apis = parseSkippedApis(`${DEFAULT_SKIPPED_APIS};${flags.skippedApis ?? ''}`)
  const patterns = (flags.skippedNamespaces ?? DEFAULT_SKIPPED_NAMESPACES).map(text => new RegExp(`^(?:${text})$`))
  const isSkippedKind = (gvk: Gvk): boolean => {
    const apiVersion = formatApiVersion(gvk)
    return (
      apis.groups.has(gvk.group) || apis.groupVersions.has(apiVersion) || apis.kinds.has(`${apiVersion}/${gvk.kind}`)
    )
  }
  const isSkippedNamespace = (namespace: string): boolean =>
    isReservedNamespace(namespace) || patterns.some(pattern => pattern.test(namespace))
  return {
    isSkippedKind,
    isSkippedNamespace,
    isSkippedObject: object =>
      isSkippedKind({ ...parseApiVersion(object.apiVersion), kind: object.kind }) ||
      isSkippedNamespace(object.metadata.namespace ?? '') ||
      isAuthenticationConfig(object),
  }
}

/**
 * Whether a namespace is Karmada's own.
 *
 * @source spec/api/constants.md §8 "reserved test"
 */
export function isReservedNamespace(namespace: string): boolean {
  return (
    namespace === SYSTEM_NAMESPACE ||
    namespace === CLUSTER_NAMESPACE ||
    namespace.startsWith(EXECUTION_NAMESPACE_PREFIX)
  )
}

/**
 * Whether some controller made the object: such an object is a template only when a policy selects it by name
 * (Karmada has no controllers beside it; an ordinary host does).
 */
export function isGeneratedChild({ metadata }: Pick<TemplateCandidate, 'metadata'>): boolean {
  return (metadata.ownerReferences ?? []).some(reference => reference.controller === true)
}

/** Every apiserver has it and none may get another's. @source spec/behaviour/propagation.md §1 */
function isAuthenticationConfig({ kind, metadata }: TemplateCandidate): boolean {
  return (
    kind === 'ConfigMap' &&
    metadata.namespace === 'kube-system' &&
    metadata.name === 'extension-apiserver-authentication'
  )
}
