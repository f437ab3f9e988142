import {
  CLUSTER_PROPAGATION_POLICY,
  CLUSTER_RESOURCE_BINDING,
  LEASE,
  NAMESPACE,
  PROPAGATION_POLICY,
  RESOURCE_BINDING,
  type Resource,
} from '../api/kinds.ts'
import { ANNOTATION, OPERATOR_LEASE, OPERATOR_NAMESPACE } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { findOrUndefined } from '../kube/look.ts'
import { isForbidden, isNotFound } from '../kube/status-error.ts'
import { isConditionTrue } from '../object/condition.ts'
import { deepEqual } from '../object/equality.ts'
import { listAt, stringAt } from '../object/field.ts'
import { bindingKeyOf } from '../object/generated-names.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import { actsOnHost, isParked, parked } from '../parking/park.ts'
import { parseParkingState } from '../parking/parking-state.ts'
import { type Clock, sleep } from '../runtime/clock.ts'
import { CommandError } from './manifests.ts'
import { promoted } from './promote/promoted.ts'
import { resolveSubject } from './subject.ts'
import { writeYaml } from './yaml.ts'

export interface PromoteOptions {
  /** `KIND/NAME` or `KIND`, `NAME`. */
  readonly words: readonly string[]
  readonly namespace: string
  readonly member: string
  readonly policyName?: string
  readonly withPolicy: boolean
  readonly dryRun: boolean
  /** 0: does not wait. In milliseconds. */
  readonly waitMs: number
}

export interface PromoteDeps {
  readonly write: (text: string) => void
  readonly clock: Clock
  readonly host: Client
  readonly member: Client
}

/** The user's own word, as with kubectl: not the operator's. */
const FIELD_MANAGER = 'kubectl-flotilla'
const PARKED_LIMIT_MS = 30_000
const LOOK_EVERY_MS = 300

/**
 * Makes a live object of a member a template of the host, with a policy that leaves it where it is. Nothing of it restarts.
 *
 * @returns the exit code: 0, or 1 when the operator has not taken it over in time.
 * @throws CommandError telling what stands against it; what was made until then is removed.
 */
export async function promote(deps: PromoteDeps, options: PromoteOptions, signal: AbortSignal): Promise<number> {
  const { host, member, write } = deps
  const { resource, key } = await resolveSubject(host, options, signal)
  const live = await findOrUndefined(() => member.get(resource, key, { signal }))
  if (live === undefined) {
    throw new CommandError(`${options.member} has no ${resource.kind} ${key.name}${inNamespace(key.namespace)}`)
  }
  const { template, policy } = promoted({ ...options, live })
  if (options.dryRun) {
    const documents = policy === undefined ? [template] : [policy, template]
    write(documents.map(each => `---\n${writeYaml(each, { lineWidth: 0 })}`).join(''))
    return 0
  }
  await checkHost(host, { resource, template, policy }, signal)
  await make(deps, { resource, template, policy }, signal)
  return awaitTakeover(deps, { options, resource, live }, signal)
}

function inNamespace(namespace: string): string {
  return namespace === '' ? '' : ` in namespace ${namespace}`
}

interface Making {
  readonly resource: Resource
  readonly template: KubeObject
  readonly policy: KubeObject | undefined
}

function policyResource({ kind }: KubeObject): Resource {
  return kind === PROPAGATION_POLICY.kind ? PROPAGATION_POLICY : CLUSTER_PROPAGATION_POLICY
}

async function checkHost(host: Client, { resource, template, policy }: Making, signal: AbortSignal): Promise<void> {
  const { namespace = '', name } = template.metadata
  if (namespace !== '') {
    const found = await findOrUndefined(() => host.get(NAMESPACE, { namespace: '', name: namespace }, { signal }))
    if (found === undefined) {
      throw new CommandError(`the host has no namespace ${namespace}: kubectl create namespace ${namespace} makes it`)
    }
  }
  const there = await findOrUndefined(() => host.get(resource, keyOf(template), { signal }))
  if (there !== undefined) {
    throw new CommandError(
      `${resource.kind} ${name} is on the host already: a policy that selects it, with conflictResolution Overwrite, takes over those of the members`,
    )
  }
  if (policy === undefined) return
  const taken = await findOrUndefined(() => host.get(policyResource(policy), keyOf(policy), { signal }))
  if (taken !== undefined) {
    throw new CommandError(
      `${policy.kind} ${policy.metadata.name} is there already: name another one by --policy-name, or use what is there by --auto-create-policy=false`,
    )
  }
}

/** The policy first: on an ordinary host the apiserver then parks the template as it is made. */
async function make(deps: PromoteDeps, making: Making, signal: AbortSignal): Promise<void> {
  const { host, write } = deps
  const { policy, resource } = making
  if (policy !== undefined) {
    await host.create(policyResource(policy), policy, { signal, fieldManager: FIELD_MANAGER })
    write(`${policy.kind} ${policy.metadata.name} created\n`)
  }
  try {
    const created = await host.create(resource, await parkable(deps, making, signal), {
      signal,
      fieldManager: FIELD_MANAGER,
    })
    write(`${resource.kind} ${created.metadata.name} created on the host${isParked(created) ? ', parked' : ''}\n`)
  } catch (error) {
    if (policy !== undefined) await host.delete(policyResource(policy), keyOf(policy)).catch(ignoreNotFound)
    throw error
  }
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error
}

/**
 * The template as it may be made: where the apiserver parks, once a trial says that it does; where the operator does, parked
 * from the start.
 */
async function parkable(
  deps: PromoteDeps,
  { resource, template, policy }: Making,
  signal: AbortSignal,
): Promise<KubeObject> {
  if (!actsOnHost(template)) return template
  const by = await readParkedBy(deps.host, signal)
  if (by === 'nobody') return template
  if (by !== 'apiserver' && policy !== undefined) return parked(template) ?? template
  const deadlineMs = deps.clock.monotonicMs() + (policy === undefined ? 0 : PARKED_LIMIT_MS)
  for (;;) {
    if (isParked(await deps.host.create(resource, template, { signal, dryRun: true }))) return template
    if (deps.clock.monotonicMs() > deadlineMs) throw new CommandError(wouldRun(template, policy))
    await sleep(deps.clock, LOOK_EVERY_MS, signal)
  }
}

function wouldRun({ kind, metadata }: KubeObject, policy: KubeObject | undefined): string {
  return policy === undefined
    ? `no policy selects ${kind} ${metadata.name}, so the host would run it: make one first, or leave out --auto-create-policy=false`
    : `the host would run ${kind} ${metadata.name}: the apiserver does not park it. flotilla doctor tells why`
}

/** @returns who parks templates; undefined when nobody says. */
async function readParkedBy(host: Client, signal: AbortSignal): Promise<string | undefined> {
  const key = { namespace: OPERATOR_NAMESPACE, name: OPERATOR_LEASE }
  try {
    const lease = await findOrUndefined(() => host.get(LEASE, key, { signal }))
    return parseParkingState(lease?.metadata.annotations?.[ANNOTATION.parking])?.by
  } catch (error) {
    // Who may not look can still be safe: parked from the start.
    if (isForbidden(error)) return undefined
    throw error
  }
}

interface Taken {
  readonly options: PromoteOptions
  readonly resource: Resource
  readonly live: KubeObject
}

/** Waits until the binding says that the member has what the template declares. */
async function awaitTakeover(
  { host, member, clock, write }: PromoteDeps,
  { options, resource, live }: Taken,
  signal: AbortSignal,
): Promise<number> {
  if (options.waitMs === 0) return 0
  const { name } = live.metadata
  const key = bindingKeyOf(live)
  const kind = key.namespace === '' ? CLUSTER_RESOURCE_BINDING : RESOURCE_BINDING
  const deadlineMs = clock.monotonicMs() + options.waitMs
  for (;;) {
    const binding = await findOrUndefined(() => host.get(kind, key, { signal }))
    if (binding !== undefined && isApplied(binding)) break
    if (clock.monotonicMs() > deadlineMs) {
      write(
        `${options.member} has not been taken over yet: flotilla why ${live.kind.toLowerCase()}/${name} tells what it waits for\n`,
      )
      return 1
    }
    await sleep(clock, LOOK_EVERY_MS, signal)
  }
  const now = await member.get(resource, keyOf(live), { signal })
  // Not its generation: that of a Deployment counts annotations too.
  const same = now.metadata.uid === live.metadata.uid && deepEqual(now['spec'], live['spec'])
  write(`${options.member} is taken over${same ? ': nothing of it was changed but labels and annotations' : ''}\n`)
  return 0
}

function isApplied(binding: KubeObject): boolean {
  const conditions = listAt(binding, 'status', 'conditions').map(each => ({
    type: stringAt(each, 'type') ?? '',
    status: stringAt(each, 'status') ?? '',
  }))
  return isConditionTrue(conditions, 'FullyApplied')
}
