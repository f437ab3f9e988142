import { NAMESPACE, POLICY_KINDS } from '../../api/kinds.ts'
import { ANNOTATION } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import type { Discovery } from '../../kube/discovery.ts'
import { findOrUndefined, look } from '../../kube/look.ts'
import { valueAt } from '../../object/field.ts'
import { gvkOf, parseApiVersion } from '../../object/gvk.ts'
import type { Policy } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { ObjectKey } from '../../object/object-key.ts'
import { isLocal } from '../../parking/park.ts'
import { type ParkedBy, parseParkingState } from '../../parking/parking-state.ts'
import { withDefaults } from '../../policy/defaults.ts'
import { matchesAnySelector } from '../../policy/resource-selector.ts'
import { isGenerated, newTemplateFilter } from '../../policy/skipped.ts'
import type { Clock } from '../../runtime/clock.ts'
import { readHeldLease } from '../../runtime/held-lease.ts'
import { CommandError } from '../manifests.ts'
import { isOf } from '../plan/world.ts'
import { markOf } from './mark.ts'
import { identityOf, nameOf, type Source } from './read-source.ts'
import { error, type Finding, note } from './report.ts'
import type { Scope } from './scope.ts'

export interface CheckDeps {
  readonly host: Pick<Client, 'get' | 'list' | 'request'>
  readonly discovery: Pick<Discovery, 'resourceFor'>
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** How it stands with the operator of the host. */
export interface OperatorState {
  readonly live: boolean
  readonly parkedBy: ParkedBy
}

/** @param lease of the operator. */
export async function readOperator(deps: CheckDeps, lease: ObjectKey): Promise<OperatorState> {
  const held = await readHeldLease({ client: deps.host, clock: deps.clock }, lease, deps.signal)
  const state = parseParkingState(held?.annotations?.[ANNOTATION.parking])
  return { live: held?.live === true, parkedBy: state?.by ?? 'apiserver' }
}

/** What has to stop before members are taken over: two that write the same objects would fight. */
export function runningFindings({ leases }: Source): readonly Finding[] {
  const running = leases.filter(({ live }) => live).map(({ lease }) => lease.replace(/^.*\//, ''))
  if (running.length === 0) return []
  return [
    error(
      'KarmadaRuns',
      `Karmada is at work: ${running.join(', ')}. Stop it where it runs, its apiservers aside: kubectl -n karmada-system scale deployment ${running.join(' ')} --replicas=0`,
    ),
  ]
}

/**
 * The host may not be its own member, since what is propagated would stand beside what it is propagated from.
 *
 * @throws CommandError when both kubeconfigs are for one cluster.
 */
export async function hostAsMember({ host, signal }: CheckDeps, source: Source): Promise<readonly Finding[]> {
  const system = await host.get(NAMESPACE, { namespace: '', name: 'kube-system' }, { signal })
  const id = system.metadata.uid ?? ''
  if (id === source.id)
    throw new CommandError('--from is the host itself: it takes the kubeconfig of the apiserver of Karmada')
  const same = source.clusters.filter(({ spec }) => spec.id === id)
  return same.map(({ metadata: { name } }) =>
    error(
      'HostIsMember',
      `Cluster ${name} of Karmada is the host itself, which cannot be its own member: choose another host, or move what is there first (cordon and drain it in Karmada)`,
    ),
  )
}

const filter = newTemplateFilter()

/** Objects of the host that a policy of Karmada would take to the members, since it selects more than its author could see there. */
export async function claimedOnHost({ host, discovery, signal }: CheckDeps, scope: Scope): Promise<readonly Finding[]> {
  const policies = POLICY_KINDS.flatMap(kind => scope.rules.filter(isOf<Policy>(kind)))
  const ours = new Set([...scope.templates, ...scope.definitions].map(identityOf))
  const kinds = new Map(
    policies.flatMap(({ spec }) =>
      spec.resourceSelectors.map(each => [`${each.apiVersion} ${each.kind}`, each] as const),
    ),
  )
  const found = await Promise.all(
    [...kinds.values()].map(async ({ apiVersion, kind }) => {
      const resource = await discovery.resourceFor({ ...parseApiVersion(apiVersion), kind })
      const listed = resource && (await findOrUndefined(() => host.list(resource, { content: 'metadata' }, { signal })))
      return (listed?.items ?? []).map(object => ({ ...object, apiVersion, kind }))
    }),
  )
  return found
    .flat()
    .filter(object => !ours.has(identityOf(object)) && isCandidate(object))
    .flatMap(object => claimFinding(object, policies))
}

function isCandidate(object: KubeObject): boolean {
  const isRecord = object.metadata.name.startsWith('sh.helm.release.')
  return (
    markOf(object) === undefined &&
    !isLocal(object) &&
    !isRecord &&
    !isGenerated(object) &&
    !filter.isSkippedObject(object)
  )
}

function claimFinding(object: KubeObject, policies: readonly Policy[]): readonly Finding[] {
  const taker = policies.find(
    policy =>
      (policy.metadata.namespace === undefined || policy.metadata.namespace === object.metadata.namespace) &&
      matchesAnySelector(withDefaults(policy).spec.resourceSelectors, object),
  )
  if (taker === undefined) return []
  const message = `${nameOf(object)} of the host would go to the members by ${nameOf(taker)}: label it flotilla.dev/local=true, or narrow the policy`
  return [error('HostClaimed', message)]
}

const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
const NEEDED = ['list', 'watch', 'patch'] as const

/**
 * Kinds of templates that the operator has no right to: the chart permits each by a value.
 *
 * @param user the operator's, as the apiserver knows it.
 */
export async function missingRights(deps: CheckDeps, scope: Scope, user: string): Promise<readonly Finding[]> {
  const kinds = new Map(
    [...scope.templates, ...scope.definitions].map(object => [`${object.apiVersion} ${object.kind}`, object]),
  )
  const looked = await look('SubjectAccessReviews', () =>
    Promise.all([...kinds.values()].map(object => missingOf(deps, object, user))),
  )
  if ('unread' in looked)
    return [note('Unread', `Whether the operator may propagate all kinds was not read: ${looked.unread}`)]
  const missing = looked.found.flatMap(value => value ?? [])
  if (missing.length === 0) return []
  const groups = [...new Set(missing.map(({ group }) => group))].toSorted()
  const values = groups.map(group => {
    const rows = missing.filter(each => each.group === group).map(({ plural, mode }) => `${plural}: ${mode}`)
    return `${group}: {${rows.toSorted().join(', ')}}`
  })
  return [
    error(
      'NotPermitted',
      `The chart does not permit ${missing
        .map(({ plural }) => plural)
        .toSorted()
        .join(', ')} (to ${user}): set its value templates.kinds: {${values.join(', ')}}`,
    ),
  ]
}

interface MissingKind {
  readonly group: string
  readonly plural: string
  readonly mode: 'propagate' | 'aggregate'
}

async function missingOf(
  { host, discovery, signal }: CheckDeps,
  object: KubeObject,
  user: string,
): Promise<MissingKind | undefined> {
  const resource = await discovery.resourceFor(gvkOf(object))
  if (resource === undefined) return undefined
  const { group, plural } = resource
  const answers = await Promise.all(
    NEEDED.map(async verb => {
      const spec = { user, resourceAttributes: { group, resource: plural, verb } }
      const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec }
      return valueAt(await host.request('POST', REVIEWS, review, { signal }), 'status', 'allowed') === true
    }),
  )
  if (answers.every(Boolean)) return undefined
  return { group: group === '' ? 'core' : group, plural, mode: 'propagate' }
}
