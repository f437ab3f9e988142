import { ANNOTATION, executionNamespace } from '../../src/api/names.ts'
import { decodeJson } from '../../src/kube/json.ts'
import { deepEqual } from '../../src/object/equality.ts'
import { listAt } from '../../src/object/field.ts'
import { bindingName, workName } from '../../src/object/generated-names.ts'
import { unparked } from '../../src/parking/record.ts'
import { type AnyObject, readObject } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CallError, call } from '../controlplane/rest.ts'
import type { NastyRequest } from './nasty-requests.ts'
import { itemsAt, type Words } from './readable.ts'

/** What became of a template. */
export type Outcome =
  /** In the member as its user wrote it. */
  | { readonly type: 'there' }
  /** In the member, as its Work has it from an override policy. */
  | { readonly type: 'overridden' }
  /** It names an owner that does not exist: the host's garbage collector took it, and it left the member. */
  | { readonly type: 'gone' }
  /** Gone from the host, and nothing explains it. */
  | { readonly type: 'lost' }
  /** Scaled to zero: no member gets it (flags.md, scheduling.propagateEmptyWorkloads). */
  | { readonly type: 'empty' }
  /** @param by a condition is of now; an event may be of what has passed */
  | { readonly type: 'told'; readonly by: 'condition' | 'event'; readonly words: Words }

const READ_MS = 60_000

/** @returns undefined while it is not in the member and nobody says why. */
export async function outcomeOf(
  host: ControlPlane,
  member: ControlPlane,
  { path, object }: Pick<NastyRequest, 'path' | 'object'>,
): Promise<Outcome | undefined> {
  const at = `${path}/${object.metadata.name}`
  const [template, there] = await Promise.all([host, member].map(cluster => look(cluster, at)))
  if (template === undefined) return whereTo(object, there)
  if (there !== undefined && isWhole(unparked(template), there)) return { type: 'there' }
  if (there !== undefined && (await isOverridden(host, member, { template, there }))) return { type: 'overridden' }
  const binding = await ownBinding(host, template)
  if (template.spec?.replicas === 0 && isPlacedNowhere(binding)) return { type: 'empty' }
  const words = wordsOf(binding)
  if (words !== undefined) return { type: 'told', by: 'condition', words }
  const warning = await warningOn(host, template.metadata)
  return warning && { type: 'told', by: 'event', words: warning }
}

/** Of a template that the host does not have. */
function whereTo(object: NastyRequest['object'], there: AnyObject): Outcome | undefined {
  if (listAt(object, 'metadata', 'ownerReferences').length === 0) return { type: 'lost' }
  return there === undefined ? { type: 'gone' } : undefined
}

/** Digits and all. */
async function look({ endpoint }: ControlPlane, path: string): Promise<AnyObject> {
  try {
    return decodeJson(await call(endpoint, path, { timeoutMs: READ_MS }))
  } catch (error) {
    if (error instanceof CallError && error.statusCode === 404) return undefined
    throw error
  }
}

/** Host and members are of one release: what the apiserver fills in for a user is the same in both. */
export function isWhole(template: AnyObject, there: AnyObject): boolean {
  const fields = Object.keys(template).filter(name => !['metadata', 'status'].includes(name))
  return (
    fields.every(field => deepEqual(template[field], there[field])) &&
    ['labels', 'annotations'].every(field => deepEqual(own(template.metadata[field]), own(there.metadata[field])))
  )
}

/** What we add, on the host and in members (spec/behaviour/propagation.md §8.2), and what the Deployment controller of the host does. */
const ADDED = /^(?:[^/]+\.)?(?:karmada\.io|flotilla\.dev)\/|^deployment\.kubernetes\.io\/revision$/

/** What its user wrote, whatever it is called. */
function own(texts: AnyObject = {}): object {
  return Object.fromEntries(Object.entries(texts).filter(([name]) => !ADDED.test(name)))
}

async function isOverridden(
  host: ControlPlane,
  member: ControlPlane,
  { template: { kind, metadata }, there }: { readonly template: AnyObject; readonly there: AnyObject },
): Promise<boolean> {
  const { name, namespace } = metadata
  const works = `/apis/work.karmada.io/v1alpha1/namespaces/${executionNamespace(member.name)}/works`
  const work = await look(host, `${works}/${workName({ kind, name, namespace })}`)
  const records = [ANNOTATION.appliedOverrides, ANNOTATION.appliedClusterOverrides]
  if (!records.some(record => work?.metadata.annotations?.[record] !== undefined)) return false
  const [manifest] = listAt(work, 'spec', 'workload', 'manifests')
  return isWhole(manifest, there)
}

/** @returns undefined when there is none, or one of the name that is another object's. */
async function ownBinding(host: ControlPlane, { kind, metadata }: AnyObject): Promise<AnyObject> {
  const { name, namespace, uid } = metadata
  const binding = await readObject(host, {
    kind: namespace === undefined ? 'crb' : 'rb',
    name: bindingName({ kind, name }),
    ...(namespace !== undefined && { namespace }),
  })
  return binding?.spec.resource.uid === uid ? binding : undefined
}

function conditionIn(binding: AnyObject, type: string, status: string): AnyObject {
  return binding?.status?.conditions?.find((each: AnyObject) => each.type === type && each.status === status)
}

function isPlacedNowhere(binding: AnyObject): boolean {
  return conditionIn(binding, 'Scheduled', 'True') !== undefined && (binding.spec.clusters ?? []).length === 0
}

/** Why it is placed nowhere, or what a member says: that it is not applied everywhere says nothing by itself. */
function wordsOf(binding: AnyObject): Words | undefined {
  const { reason, message } = conditionIn(binding, 'Scheduled', 'False') ?? {}
  const where = `binding ${binding?.metadata.name}`
  if (message) return { where, reason, message }
  const refused = binding?.status?.aggregatedStatus?.find(
    ({ applied, appliedMessage }: AnyObject) => applied !== true && appliedMessage,
  )
  const told = conditionIn(binding, 'FullyApplied', 'False')
  return refused && { where, reason: told?.reason, message: refused.appliedMessage }
}

/** What has no binding, or none of its own, is told of by events alone. */
async function warningOn(host: ControlPlane, { uid, name, namespace }: AnyObject): Promise<Words | undefined> {
  const event = (await warningsOn(host, { uid, namespace })).at(-1)
  return event && { where: `event on ${name}`, reason: event.reason, message: event.message }
}

/** @returns the Warnings on an object. */
export async function warningsOn(
  host: ControlPlane,
  { uid, namespace = 'default' }: { readonly uid: string; readonly namespace?: string },
): Promise<readonly AnyObject[]> {
  const selector = encodeURIComponent(`involvedObject.uid=${uid},type=Warning`)
  return await itemsAt(host, `/api/v1/namespaces/${namespace}/events?fieldSelector=${selector}`)
}
