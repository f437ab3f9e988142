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
  /** Of a Secret. */
  readonly type?: unknown
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly ownerReferences?: readonly Pick<OwnerReference, 'controller'>[]
  }
}

/**
 * Karmada's list, and kinds that a cluster makes for itself.
 *
 * @source spec/behaviour/propagation.md §1.1, host-vs-dedicated.md §5
 */
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
  'v1/Node',
  'apps/v1/ControllerRevision',
  'metrics.k8s.io',
  'certificates.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
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
      isOfApiserver(object),
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
 * Whether the host made the object for itself: by a controller that owns it, or as one of those that every cluster has (the CA
 * of its apiserver, the default ServiceAccount, Endpoints of a Service), or Helm for its own records. Such an object is a template only when a policy selects
 * it by name. (Karmada has no controllers beside it; an ordinary host does.)
 *
 * @source spec/behaviour/host-vs-dedicated.md §5, §2 row 4; design.md §2
 */
export function isGenerated({ kind, metadata, type }: TemplateCandidate): boolean {
  if ((metadata.ownerReferences ?? []).some(reference => reference.controller === true)) return true
  return (
    isReleaseRecord({ kind, metadata, type }) ||
    isOfEveryNamespace(kind, metadata.name) ||
    GENERATED_BY[kind]?.includes(managerOf(metadata)) === true
  )
}

/** In a member, Helm would take the host's release for one of its own. @source Helm: storage drivers secret and configmap */
function isReleaseRecord({ kind, metadata, type }: Pick<TemplateCandidate, 'kind' | 'metadata' | 'type'>): boolean {
  if (kind === 'Secret') return type === 'helm.sh/release.v1'
  return (
    kind === 'ConfigMap' && metadata.labels?.['owner'] === 'helm' && metadata.name.startsWith('sh.helm.release.v1.')
  )
}

function isOfEveryNamespace(kind: string, name: string): boolean {
  return (kind === 'ConfigMap' && name === 'kube-root-ca.crt') || (kind === 'ServiceAccount' && name === 'default')
}

/** Controllers of Kubernetes by the label with which they mark what they made. */
const GENERATED_BY: Readonly<Record<string, readonly string[]>> = {
  EndpointSlice: ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'],
  Endpoints: ['endpoint-controller'],
}

function managerOf({ labels = {}, annotations = {} }: TemplateCandidate['metadata']): string {
  // Before 1.33 the controller left nothing but the time on Endpoints.
  const isTimed = annotations['endpoints.kubernetes.io/last-change-trigger-time'] !== undefined
  const manager = labels['endpointslice.kubernetes.io/managed-by'] ?? labels['endpoints.kubernetes.io/managed-by']
  return manager ?? (isTimed ? 'endpoint-controller' : '')
}

/** Every apiserver has its own of these, and none may get another's. @source spec/behaviour/propagation.md §1 */
function isOfApiserver({ kind, metadata: { namespace, name } }: TemplateCandidate): boolean {
  if (kind === 'ConfigMap') return namespace === 'kube-system' && name === 'extension-apiserver-authentication'
  return namespace === 'default' && name === 'kubernetes' && APISERVER_KINDS.includes(kind)
}

const APISERVER_KINDS = ['Service', 'Endpoints', 'EndpointSlice']
