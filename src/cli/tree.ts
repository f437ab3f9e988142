import { JOB, POD, REPLICA_SET } from '../api/kinds.ts'
import { clusterOfExecutionNamespace } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { newDiscovery } from '../kube/discovery.ts'
import { findOrUndefined, foundIn, look } from '../kube/look.ts'
import { gvkOf } from '../object/gvk.ts'
import type { Work } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import { manifestsOf } from '../object/work-manifests.ts'
import { askMembers, type OpenFleet, type OpenMember } from './fleet/open-members.ts'
import { CommandError } from './manifests.ts'
import { resolveSubject } from './subject.ts'
import { buildTree, type MemberObjects } from './tree/build.ts'
import { printTree } from './tree/print.ts'
import { observeTemplate } from './why/observe.ts'

export interface TreeOptions {
  /** `KIND/NAME`, or the two of them. */
  readonly words: readonly string[]
  readonly namespace: string
  readonly output: 'tree' | 'json'
}

export interface TreeDeps {
  readonly host: Client
  /** Opens the way to members that have the object; absent: members are not asked. */
  readonly openMembers?: (names: readonly string[]) => Promise<OpenFleet>
  readonly nowMs: number
  readonly write: (text: string) => void
}

/**
 * The way of a template as a tree: template, binding, Works, what members have of each, and what goes along.
 *
 * @returns the exit code.
 * @throws CommandError for an object that is not there; StatusError, TransportError.
 */
export async function tree(deps: TreeDeps, options: TreeOptions, signal: AbortSignal): Promise<number> {
  const subject = await resolveSubject(deps.host, options, signal)
  const observed = await observeTemplate(deps.host, subject, signal)
  const template = foundIn(observed.template)
  if (template === undefined) {
    const what = `${subject.resource.kind} ${formatKey(subject.key)}`
    const unread = 'unread' in observed.template ? observed.template.unread : undefined
    throw new CommandError(
      unread === undefined ? `there is no ${what} on the host` : `you may not read ${what}: ${unread}`,
    )
  }
  const works = foundIn(observed.works) ?? []
  const members = await readMembers(deps, works, signal)
  const attached = foundIn(observed.attached) ?? []
  const root = buildTree({ template, binding: foundIn(observed.binding), works, attached, members })
  deps.write(options.output === 'json' ? `${JSON.stringify(root, undefined, 2)}\n` : printTree(root, deps.nowMs))
  return 0
}

async function readMembers(
  { openMembers }: TreeDeps,
  works: readonly Work[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, MemberObjects | string>> {
  const byCluster = new Map(works.map(work => [clusterOfExecutionNamespace(work.metadata.namespace ?? '') ?? '', work]))
  if (openMembers === undefined || byCluster.size === 0) return new Map()
  const fleet = await openMembers([...byCluster.keys()])
  try {
    const answers = await askMembers(fleet, member => readMember(member, byCluster.get(member.name), signal))
    return new Map([
      ...fleet.failures.map(({ cluster, message }) => [cluster, message] as const),
      ...answers.map(each => [each.cluster, 'answer' in each ? each.answer : each.message] as const),
    ])
  } finally {
    await fleet.close()
  }
}

const OWNED = [REPLICA_SET, JOB, POD]

async function readMember({ client }: OpenMember, work: Work | undefined, signal: AbortSignal): Promise<MemberObjects> {
  const [manifest] = work === undefined ? [] : manifestsOf(work)
  const resource = manifest && (await newDiscovery(client).resourceFor(gvkOf(manifest), { signal }))
  if (manifest === undefined || resource === undefined) return { object: undefined, others: [] }
  const object = await findOrUndefined(() => client.get(resource, keyOf(manifest), { signal }))
  const namespace = object?.metadata.namespace
  if (object === undefined || namespace === undefined || !mayOwn(object)) return { object, others: [] }
  const lists = await Promise.all(
    OWNED.map(kind => look(kind.plural, () => findOrUndefined(() => client.list(kind, { namespace }, { signal })))),
  )
  return { object, others: lists.flatMap(looked => foundIn(looked)?.items ?? []) }
}

/** Kinds of the core group keep data; only one of them makes Pods. */
function mayOwn(object: KubeObject): boolean {
  return gvkOf(object).group !== '' || object.kind === 'ReplicationController'
}
