import { beforeAll, describe, expect, it } from '@jest/globals'
import { apply, eventually } from '../cluster-view.ts'
import { call } from '../controlplane/rest.ts'
import { clusterPropagationPolicy, type TestFleet } from '../test-fleet.ts'
import { collectionOf, LEDGER, LOUD_LEDGER, openObject } from './kinds.ts'
import type { NastyRequest } from './nasty-requests.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { unreadable } from './readable.ts'

const RBAC = 'rbac.authorization.k8s.io/v1'

function clusterRole(name: string): NastyRequest {
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]
  const object = { apiVersion: RBAC, kind: 'ClusterRole', metadata: { name, labels: { fuzz: 'yes' } }, rules }
  return { path: `/apis/${RBAC}/clusterroles`, object, isTemplate: true }
}

const ledgers = (name: string): readonly NastyRequest[] =>
  [LEDGER, LOUD_LEDGER].map(of => ({ path: collectionOf(of), object: openObject({ of, name }), isTemplate: true }))

/** Bindings are named after name and kind, in lower case and with dots for colons. */
const PAIRS = [
  { what: 'kinds that differ in case only', pair: ledgers('twin') },
  { what: 'names that differ in case only', pair: ['System:Node-x', 'system:node-x'].map(clusterRole) },
  { what: 'names with a colon and a dot', pair: ['a:node-x', 'a.node-x'].map(clusterRole) },
]

/** Templates that want a binding of one name. */
export function describeCollisions(fleet: TestFleet): void {
  describe('templates that want a binding of one name', () => {
    beforeAll(() => {
      const selector = { apiVersion: RBAC, kind: 'ClusterRole', labelSelector: { matchLabels: { fuzz: 'yes' } } }
      const placement = { clusterAffinity: { clusterNames: ['member1'] } }
      return apply(fleet.host, clusterPropagationPolicy('roles', [selector], { placement }))
    })

    it.each(PAIRS)('$what: one is there, the other is told whose it is, and follows', async ({ pair }) => {
      const { endpoint } = fleet.host
      await Promise.all(pair.map(({ path, object }) => call(endpoint, path, { method: 'POST', body: object })))
      const { first, second, words } = await decided(fleet, pair)
      expect(unreadable(words)).toBeUndefined()
      expect(words.reason).toBe('ApplyPolicyFailed')
      const { apiVersion, kind, metadata } = first.object
      expect(words.message).toContain(`belongs to ${apiVersion} ${kind} ${metadata.name} (`)
      await remove(fleet, first)
      await eventually('the other one is there', async () => (await outcomeIn(fleet, second))?.type === 'there')
      await remove(fleet, second)
    })
  })
}

/** Waits until one of two is in the member and the other says why not. */
function decided(fleet: TestFleet, pair: readonly NastyRequest[]) {
  return eventually('one is there and the other is told', async () => {
    const found = await Promise.all(pair.map(async request => ({ request, outcome: await outcomeIn(fleet, request) })))
    const first = found.find(({ outcome }) => outcome?.type === 'there')?.request
    const others = found.flatMap(({ request, outcome }) =>
      outcome?.type === 'told' ? [{ second: request, words: outcome.words }] : [],
    )
    return first && others[0] && { first, ...others[0] }
  })
}

function outcomeIn({ host, member }: TestFleet, request: NastyRequest): Promise<Outcome | undefined> {
  return outcomeOf(host, member('member1'), request)
}

async function remove({ host }: TestFleet, { path, object }: NastyRequest): Promise<void> {
  await call(host.endpoint, `${path}/${object.metadata.name}`, { method: 'DELETE' })
}
