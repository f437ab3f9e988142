import { POD } from '../../api/kinds.ts'
import { isNotFound } from '../../kube/status-error.ts'
import { listAt, objectAt, stringAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { CommandError } from '../manifests.ts'
import { resolveSubject } from '../subject.ts'
import type { OpenMember } from './open-members.ts'

/** Which pods are meant: one by its name, those of a workload, or those with labels. */
export interface PodQuery {
  /** `web-x2k8p`, `pod/web-x2k8p` or `deployment/web`; absent with `labelSelector`. */
  readonly subject?: string
  readonly labelSelector?: string
  readonly namespace: string
}

/** A pod of a member. */
export interface MemberPod {
  readonly member: OpenMember
  readonly pod: KubeObject
}

/**
 * The pods of a member that a query means; none where the member does not have what it names.
 *
 * @throws CommandError for a kind without pods; StatusError, TransportError.
 */
export async function findPods(
  member: OpenMember,
  query: PodQuery,
  signal: AbortSignal,
): Promise<readonly MemberPod[]> {
  const pods = await readPods(member, query, signal).catch((error: unknown) => {
    if (isNotFound(error)) return []
    throw error
  })
  return pods.map(pod => ({ member, pod }))
}

async function readPods({ client }: OpenMember, query: PodQuery, signal: AbortSignal): Promise<readonly KubeObject[]> {
  const { subject, labelSelector, namespace } = query
  if (subject === undefined) {
    return (await client.list(POD, { namespace, labelSelector: labelSelector ?? '' }, { signal })).items
  }
  const word = subject.includes('/') ? subject : `pod/${subject}`
  const { resource, key } = await resolveSubject(client, { words: [word], namespace }, signal)
  const object = await client.get(resource, key, { signal })
  if (resource.kind === 'Pod' && resource.group === '') return [object]
  const selector = selectorOf(object)
  if (selector === undefined) throw new CommandError(`${word} has no selector of pods: name a pod, or use -l`)
  return (await client.list(POD, { namespace, labelSelector: selector }, { signal })).items
}

/** The labels by which a workload knows its pods, as a query. */
export function selectorOf(object: KubeObject): string | undefined {
  const labels = objectAt(object, 'spec', 'selector', 'matchLabels') ?? serviceLabels(object)
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${String(value)}`)
  const expressions = listAt(object, 'spec', 'selector', 'matchExpressions').flatMap(expression => {
    const [key = '', operator = ''] = [stringAt(expression, 'key'), stringAt(expression, 'operator')]
    const values = listAt(expression, 'values').join(',')
    const forms: Readonly<Record<string, string>> = {
      In: `${key} in (${values})`,
      NotIn: `${key} notin (${values})`,
      Exists: key,
      DoesNotExist: `!${key}`,
    }
    return forms[operator] ?? []
  })
  const terms = [...pairs, ...expressions]
  return terms.length === 0 ? undefined : terms.join(',')
}

/** A Service or ReplicationController selects by plain labels. */
function serviceLabels(object: KubeObject): ReturnType<typeof objectAt> {
  const selector = objectAt(object, 'spec', 'selector')
  return selector !== undefined && Object.values(selector).every(value => typeof value === 'string')
    ? selector
    : undefined
}

/** Names of the containers of a pod: those that run, then those that prepare it. */
export function containersOf(pod: KubeObject): { readonly main: readonly string[]; readonly all: readonly string[] } {
  const names = (field: string): readonly string[] =>
    listAt(pod, 'spec', field).flatMap(container => stringAt(container, 'name') ?? [])
  const main = names('containers')
  return { main, all: [...main, ...names('initContainers'), ...names('ephemeralContainers')] }
}

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'

/**
 * The container that is meant: the one that is named, else the pod's default, else its first.
 *
 * @throws CommandError for a name that the pod does not have.
 */
export function chooseContainer(pod: KubeObject, wanted: string | undefined): string {
  const { main, all } = containersOf(pod)
  if (wanted !== undefined && !all.includes(wanted)) {
    throw new CommandError(`pod ${pod.metadata.name} has no container ${wanted}; it has: ${all.join(', ')}`)
  }
  const marked = pod.metadata.annotations?.[DEFAULT_CONTAINER]
  return wanted ?? (marked !== undefined && main.includes(marked) ? marked : main[0]) ?? ''
}
