import type { Resource } from '../api/kinds.ts'
import { ANNOTATION } from '../api/names.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { JsonPatchOperation } from '../kube/client.ts'
import { isAlreadyExists, isConflict, isInvalid, isNotFound, StatusError } from '../kube/status-error.ts'
import { foreignFields } from '../members/foreign-fields.ts'
import type { Member } from '../members/member.ts'
import { type ManagedObject, projectManagedObject } from '../members/project-managed-object.ts'
import { formatGvk, gvkOf } from '../object/gvk.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { formatKey, keyOf, type ObjectKey } from '../object/object-key.ts'
import { printable } from '../object/printable.ts'
import { type MemberRules, memberRulesOf } from '../policy/member-rules.ts'
import { droppedText, memberManifest, updateManifest } from '../rendering/member-manifest.ts'
import { planRelease } from '../rendering/release-object.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Informer } from '../runtime/informer.ts'
import { ReconcileError } from '../runtime/reconcile-error.ts'
import { ContestLedger } from './contest.ts'
import { isDeclared } from './declared.ts'
import { immutableFields } from './immutable.ts'
import { withAddition, withObservedValue } from './observed-value.ts'
import { type Opposition, opposition, settled, type Wanted } from './opposition.ts'
import {
  digestIn,
  isAsDeclared,
  isOurs,
  type Observation,
  planRemoval,
  planWrite,
  storedForm,
  type WriteAction,
} from './plan.ts'
import { isUnappliable } from './unappliable.ts'
import { type WrittenObject, written } from './written-object.ts'

/** Brings single objects of one member to what their Work says. */
export interface ManifestWriter {
  /** Writes what is due. @throws ReconcileError, StatusError, TransportError */
  settle(work: WorkRef, manifest: KubeObject, signal: AbortSignal): Promise<WrittenObject>
  /** Deletes the object, or takes our metadata off it when `preserve`. Does not wait for its removal. */
  remove(work: WorkRef, manifest: KubeObject, signal: AbortSignal): Promise<void>
}

export interface WorkRef extends ObjectKey {
  readonly preserve: boolean
  /** Nothing was ever written for it: its objects are likely not there. */
  readonly isNew?: boolean
}

export interface ManifestWriterDeps {
  readonly member: Member
  readonly interpreter: Interpreter
  readonly clock: Clock
  /** Creates a namespace in the member as the host has it. */
  readonly createNamespace: (name: string, signal: AbortSignal) => Promise<void>
}

/**
 * A plan ends in at most: create, read, adopt, apply, remove foreign fields, once more those that the apiserver puts in itself, make
 * these nobody's, done. More means that somebody fights us.
 */
const MAX_STEPS = 8
/** No object has it (etcd's first write is 2), so an apply that carries it can only create: it spares the read of rule 3. */
const CREATE_ONLY_VERSION = '1'

interface Target {
  readonly resource: Resource
  readonly informer: Informer
  readonly key: ObjectKey
}

export function newManifestWriter(deps: ManifestWriterDeps): ManifestWriter {
  return new MemberWriter(deps)
}

class MemberWriter implements ManifestWriter {
  readonly #deps: ManifestWriterDeps
  readonly #accepted = new Map<string, string>()
  readonly #contests = new ContestLedger()

  constructor(deps: ManifestWriterDeps) {
    this.#deps = deps
  }

  async settle(work: WorkRef, manifest: KubeObject, signal: AbortSignal): Promise<WrittenObject> {
    const target = await targetOf(this.#deps.member, manifest)
    // A write that can only create tells as well whether it is there.
    if (work.isNew !== true) await untilFilled(target.informer, signal)
    const rules = memberRulesOf(manifest.metadata.annotations)
    let observation = observe(target)
    // An apply renews the record of our keys, so what it must drop is noted from what was there before.
    let dropped: readonly string[] = []
    for (let step = 0; step < MAX_STEPS; step++) {
      const observed = 'object' in observation ? observation.object : undefined
      const wanted = await this.#wanted(target, manifest, observed)
      if (observed !== undefined && observation.state !== 'written') {
        dropped = [...new Set([...dropped, ...droppedText(wanted.desired, observed)])]
      }
      const contested = wanted.contested.map(field => field.path)
      const accepted = this.#accepted.get(formatTarget(target))
      const action = planWrite({ desired: wanted.desired, observation, work, rules, contested, accepted, dropped })
      if (action.type === 'done')
        return written(target, settled(wanted, action.object, { drift: rules.drift, accepted }))
      if (step === 0 && observed !== undefined)
        this.#noteFight(target, opposition(wanted, observed, rules.drift), observed)
      observation = await this.#execute(action, { target, work, desired: wanted.desired, rules, signal })
    }
    throw new ReconcileError(
      'Unsettled',
      `${formatTarget(target)} in cluster ${this.#deps.member.name} changes faster than it is written`,
      { retry: 'backoff' },
    )
  }

  /** What is declared: the manifest, with the member's values where a rule retains them or somebody won a fight. */
  async #wanted(target: Target, manifest: KubeObject, observed: ManagedObject | undefined): Promise<Wanted> {
    const desired = await memberManifest(manifest, observed, this.#deps.interpreter)
    if (observed === undefined) return { desired, contested: [] }
    const contested = this.#contests.contested(formatTarget(target), digestIn(desired), observed)
    return { desired: contested.reduce((d, { path }) => withObservedValue(d, observed, path), desired), contested }
  }

  #noteFight(target: Target, { digest, fields }: Opposition, observed: ManagedObject): void {
    if (fields.length === 0) return
    const version = observed.metadata.resourceVersion ?? ''
    const nowMs = this.#deps.clock.monotonicMs()
    this.#contests.record({ key: formatTarget(target), digest, fields, version, nowMs })
  }

  async #execute(action: Exclude<WriteAction, { type: 'done' }>, write: Write): Promise<Observation> {
    switch (action.type) {
      case 'refuse':
        throw refusal(write.target, this.#deps.member.name, action.differsAt)
      case 'read':
        return this.#read(write)
      case 'create':
        return this.#create(write)
      case 'apply':
        return { state: 'written', object: await this.#apply(write, write.desired) }
      case 'patch':
        return this.#patch(write, action.patch)
    }
  }

  async #patch(write: Write, body: readonly JsonPatchOperation[]): Promise<Observation> {
    const { resource, key } = write.target
    try {
      const object = await this.#deps.member.client.patch(resource, key, { type: 'json', body }, write)
      write.target.informer.observe(object)
      return { state: isTestedVersion(object, body) ? 'unchanged' : 'read', object }
    } catch (error) {
      // The test of the resourceVersion failed, which an apiserver tells as 422: somebody wrote in between.
      const current = isInvalid(error) ? await this.#read(write) : undefined
      if (current === undefined || ('object' in current && isTestedVersion(current.object, body))) throw error
      return current
    }
  }

  async #read(write: Write): Promise<Observation> {
    try {
      return {
        state: 'read',
        object: await this.#deps.member.client.get(write.target.resource, write.target.key, write),
      }
    } catch (error) {
      if (isNotFound(error)) return { state: 'unknown' }
      throw error
    }
  }

  /** Never writes on what is there: somebody else's object is only found by this. */
  async #create(write: Write): Promise<Observation> {
    const object = { ...write.desired, metadata: { ...write.desired.metadata, resourceVersion: CREATE_ONLY_VERSION } }
    try {
      return { state: 'written', object: await this.#applyOnly(write, object) }
    } catch (error) {
      return isUnappliable(error) ? this.#createWhole(write) : this.#uncreated(write, error)
    }
  }

  async #createWhole(write: Write): Promise<Observation> {
    try {
      const { resource } = write.target
      const object = await this.#deps.member.client.create(resource, write.desired, write)
      return { state: 'written', object: this.#remember(write, object) }
    } catch (error) {
      return this.#uncreated(write, error)
    }
  }

  async #uncreated(write: Write, error: unknown): Promise<Observation> {
    if (isConflict(error) || isAlreadyExists(error)) return { state: 'exists' }
    if (!isMissingNamespace(error)) throw error
    await this.#deps.createNamespace(write.target.key.namespace, write.signal)
    return { state: 'unknown' }
  }

  /** Of an object that is ours, or may be taken over. */
  async #apply(write: Write, object: KubeObject): Promise<KubeObject> {
    try {
      return await this.#applyOrPut(write, object)
    } catch (error) {
      const fields = immutableFields(error)
      if (fields === undefined) throw error
      throw write.rules.onImmutable === 'recreate' ? await this.#recreate(write) : this.#immutable(write, fields, error)
    }
  }

  async #applyOrPut(write: Write, object: KubeObject): Promise<KubeObject> {
    try {
      return await this.#applyOnly(write, object)
    } catch (error) {
      if (isUnappliable(error)) return this.#remember(write, await this.#put(write))
      if (!(await this.#isInTheWay(write, error))) throw error
      // When that is refused too, the manifest itself is at fault, as the first refusal says.
      const put = this.#put(write).catch(() => Promise.reject(error))
      return this.#remember(write, await put)
    }
  }

  /**
   * Whether what others added may be what makes ours invalid: a Service's port that was renumbered, with the name of the one that we
   * bring back. An update takes theirs away in the same write.
   */
  async #isInTheWay(write: Write, error: unknown): Promise<boolean> {
    if (!isInvalid(error) || immutableFields(error) !== undefined || write.rules.drift !== 'revert') return false
    const found = await this.#read(write)
    return 'object' in found && foreignFields(found.object).length > 0
  }

  async #applyOnly(write: Write, object: KubeObject): Promise<KubeObject> {
    return this.#remember(write, await this.#deps.member.client.apply(write.target.resource, object, write))
  }

  #immutable({ target }: Write, fields: readonly string[], cause: unknown): ReconcileError {
    const what = `${formatTarget(target)} in cluster ${this.#deps.member.name}: ${printable(fields.join(', '))} cannot be changed in place`
    const remedy = `change it back, or annotate the template or policy with ${ANNOTATION.onImmutable}: recreate to have it deleted and made again`
    return new ReconcileError('ImmutableField', `${what}; ${remedy}`, { retry: 'never', cause })
  }

  /** @returns what the caller throws: the object is made again when it is gone, which its deletion in the member tells. */
  async #recreate(write: Write): Promise<ReconcileError> {
    const found = await this.#read(write)
    const uid = 'object' in found && mayReplace(write, found.object) ? found.object.metadata.uid : undefined
    if (uid !== undefined) await this.#deleteObject(write, uid)
    const what = `${formatTarget(write.target)} in cluster ${this.#deps.member.name}`
    return new ReconcileError('Recreating', `${what} is deleted to be made again`, { retry: 'backoff' })
  }

  /** Rule of writing 6: what apply cannot merge (duplicate keys in a list) is written as a whole. */
  async #put(write: Write): Promise<KubeObject> {
    const current = await this.#read(write)
    if (!('object' in current)) return this.#deps.member.client.create(write.target.resource, write.desired, write)
    // Looked at when the write was planned; by now it may be another one.
    if (!mayReplace(write, current.object)) throw refusal(write.target, this.#deps.member.name, undefined)
    const object = updateManifest(withShared(write, current.object), current.object)
    return this.#deps.member.client.update(write.target.resource, object, write)
  }

  #remember(write: Write, object: KubeObject): KubeObject {
    const projected = projectManagedObject(object)
    if (isAsDeclared(write.desired, projected)) this.#accepted.delete(formatTarget(write.target))
    else this.#accepted.set(formatTarget(write.target), storedForm(write.desired, object))
    write.target.informer.observe(object)
    return projected
  }

  async remove(work: WorkRef, manifest: KubeObject, signal: AbortSignal): Promise<void> {
    const target = await servedTarget(this.#deps.member, manifest)
    // A kind that the member serves no more took its objects with it (propagation.md §9.2: not found is done).
    if (target === undefined) return
    const write = { target, work, desired: manifest, rules: memberRulesOf(manifest.metadata.annotations), signal }
    let observation: Observation | { state: 'absent' } = observe(target)
    if (!('object' in observation)) {
      const found = await this.#read(write)
      observation = 'object' in found ? found : { state: 'absent' }
    }
    const action = planRemoval(observation, work, work.preserve)
    if (action.type === 'delete') await this.#deleteObject(write, action.uid)
    if (action.type === 'release') await this.#release(write)
    this.#accepted.delete(formatTarget(target))
    this.#contests.forget(formatTarget(target))
  }

  async #deleteObject(write: Write, uid: string): Promise<void> {
    const { target, signal } = write
    try {
      await this.#deps.member.client.delete(target.resource, target.key, {
        uid,
        propagationPolicy: 'Background',
        signal,
      })
    } catch (error) {
      if (isNotFound(error)) return
      if (!isConflict(error)) throw error
      // Mostly the UID is another one, and what we put there is gone; but admission of the member may say so, too.
      const found = await this.#read(write)
      if ('object' in found && found.object.metadata.uid === uid) throw error
    }
  }

  /** What is cached tells neither all of the object nor whose its fields are. */
  async #release(write: Write): Promise<void> {
    const { resource, key } = write.target
    const found = await this.#read(write)
    const body = 'object' in found && isOurs(found.object, write.work) ? planRelease(found.object) : undefined
    if (body === undefined) return
    try {
      await this.#deps.member.client.patch(resource, key, { type: 'json', body }, { signal: write.signal })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
}

function mayReplace({ work, rules }: Write, object: KubeObject): boolean {
  return isOurs(object, work) || rules.takeover === 'always'
}

/** An update takes away what it does not name: what others added goes along where it may stay. */
function withShared({ desired, rules }: Write, object: KubeObject): KubeObject {
  if (rules.drift !== 'share') return desired
  return foreignFields(object)
    .filter(({ path }) => !isDeclared(desired, object, path))
    .toReversed()
    .reduce((shared, { path }) => withAddition(shared, object, path), desired)
}

interface Write {
  readonly target: Target
  readonly work: ObjectKey
  readonly desired: KubeObject
  readonly rules: MemberRules
  readonly signal: AbortSignal
}

/** Whether an object is still the one for which a patch was made. */
function isTestedVersion({ metadata }: KubeObject, [test]: readonly JsonPatchOperation[]): boolean {
  return test?.op === 'test' && test.value === metadata.resourceVersion
}

async function targetOf(member: Member, manifest: KubeObject): Promise<Target> {
  const target = await servedTarget(member, manifest)
  if (target === undefined) {
    throw new ReconcileError(
      'KindNotInstalled',
      `cluster ${member.name} does not serve ${printable(formatGvk(gvkOf(manifest)))}; install its CRD there, or propagate it: this goes on by itself then`,
      { retry: 'backoff' },
    )
  }
  return target
}

/** @returns undefined when the member does not serve the kind. */
async function servedTarget(member: Member, manifest: KubeObject): Promise<Target | undefined> {
  const resource = await member.discovery.resourceFor(gvkOf(manifest))
  return resource && { resource, informer: member.informer(resource), key: keyOf(manifest) }
}

/**
 * A kind that can't be listed (rights, a broken conversion) is written all the same: what the cache does not tell is read
 * (propagation.md §9 item 4). So one that fails is not waited for, and one that is slow not for long.
 */
async function untilFilled(informer: Informer, signal: AbortSignal): Promise<void> {
  if (informer.synced || informer.lastError !== undefined) return
  await Promise.race([
    informer.waitForSync(signal).catch(() => undefined),
    new Promise(resolve => AbortSignal.timeout(FILL_LIMIT_MS).addEventListener('abort', resolve, { once: true })),
  ])
  signal.throwIfAborted()
}

const FILL_LIMIT_MS = 2_000

function observe(target: Target): Observation {
  const object = target.informer.get(target.key)
  return object === undefined ? { state: 'unknown' } : { state: 'cached', object }
}

function formatTarget({ resource, key }: Target): string {
  return `${resource.kind} ${printable(formatKey(key))}`
}

function refusal(target: Target, cluster: string, differsAt: string | undefined): ReconcileError {
  const what = `${formatTarget(target)} already exists in the cluster ${cluster} and is not managed by this system`
  if (differsAt !== undefined) {
    const why = `it differs at ${differsAt}, and ${ANNOTATION.takeover} is if-identical`
    return new ReconcileError('ResourceConflict', `${what}; ${why}, so it is left alone`, { retry: 'backoff' })
  }
  return new ReconcileError(
    'ResourceConflict',
    `${what}; the conflict strategy is not overwrite, so it is left alone. Delete it there, set conflictResolution: Overwrite in the policy, or annotate the template with ${ANNOTATION.takeover}: always`,
    { retry: 'backoff' },
  )
}

function isMissingNamespace(error: unknown): boolean {
  return isNotFound(error) && error instanceof StatusError && error.details?.['kind'] === 'namespaces'
}
