import { beforeAll, describe, expect, it } from '@jest/globals'
import { type AnyObject, apply, eventually } from '../cluster-view.ts'
import { call } from '../controlplane/rest.ts'
import { quiet } from '../settled.ts'
import { newNamespace, propagationPolicy, type TestFleet } from '../test-fleet.ts'
import { metric } from './figures.ts'
import { collectionOf, GROUP_VERSION, LEDGER, openObject } from './kinds.ts'
import { steady } from './steady.ts'

const NAMESPACE = 'cycles'
const LEDGERS = collectionOf(LEDGER, NAMESPACE)
const BINDINGS = `/apis/work.karmada.io/v1alpha2/namespaces/${NAMESPACE}/resourcebindings`
const CUSTOMIZATIONS = '/apis/config.karmada.io/v1alpha1/resourceinterpretercustomizations'
const SELECTED = { selected: 'yes' }
/** What each names; the policy selects all but `chick`. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  hen: ['egg', 'chick'],
  egg: ['hen'],
  chick: ['hen', 'chick'],
  ouroboros: ['ouroboros'],
  rock: ['scissors'],
  paper: ['rock'],
  scissors: ['paper'],
}
const SCRIPT = `function GetDependencies(desiredObj)
  local found = {}
  if type(desiredObj.spec.needs) ~= 'table' then return found end
  for index, name in ipairs(desiredObj.spec.needs) do
    found[index] = { apiVersion = desiredObj.apiVersion, kind = desiredObj.kind, namespace = desiredObj.metadata.namespace, name = name }
  end
  return found
end`

const customization = {
  apiVersion: 'config.karmada.io/v1alpha1',
  kind: 'ResourceInterpreterCustomization',
  metadata: { name: 'needs' },
  spec: {
    target: { apiVersion: GROUP_VERSION, kind: LEDGER.kind },
    customizations: { dependencyInterpretation: { luaScript: SCRIPT } },
  },
}

function needy(name: string, needs: readonly string[]): object {
  const metadata = { namespace: NAMESPACE, labels: name === 'chick' ? {} : SELECTED }
  return openObject({ of: LEDGER, name, spec: { needs }, metadata })
}

/** What needs what, as the bindings say: by name, those that need it. */
async function neededBy({ host }: TestFleet): Promise<Readonly<Record<string, readonly string[]>>> {
  const { items }: AnyObject = await host.request(BINDINGS)
  const rows = items.map(({ spec }: AnyObject) => [
    spec.resource.name,
    (spec.requiredBy ?? []).map(({ name }: AnyObject) => name.replace(/-ledger$/, '')).toSorted(),
  ])
  return Object.fromEntries(rows)
}

/** The opposite of what objects name. @param taken those whose binding takes anything along */
function inverted(needs: Readonly<Record<string, readonly string[]>>, taken: readonly string[]): object {
  const names = Object.keys(needs)
  return Object.fromEntries(names.map(name => [name, taken.filter(other => needs[other]?.includes(name)).toSorted()]))
}

/** Objects that need each other, and themselves. */
export function describeCycles(fleet: TestFleet): void {
  const taking = Object.keys(NEEDS).filter(name => name !== 'chick')
  const wanted = async (needs: typeof NEEDS): Promise<void> => {
    await eventually('the bindings say who needs what', async () => {
      expect(await neededBy(fleet)).toEqual(inverted(needs, taking))
      return true
    })
  }

  describe('objects that need each other', () => {
    beforeAll(async () => {
      await newNamespace(fleet.host, NAMESPACE)
      const selectors = [{ apiVersion: GROUP_VERSION, kind: LEDGER.kind, labelSelector: { matchLabels: SELECTED } }]
      const placement = { clusterAffinity: { clusterNames: ['member1'] } }
      const policy = propagationPolicy({ name: 'cycles', namespace: NAMESPACE }, selectors, {
        placement,
        propagateDeps: true,
      })
      await apply(fleet.host, customization, policy)
    })

    it('go along with each other, and come to rest', async () => {
      for (const [name, needs] of Object.entries(NEEDS))
        await call(fleet.host.endpoint, LEDGERS, { method: 'POST', body: needy(name, needs) })
      await wanted(NEEDS)
      for (const name of Object.keys(NEEDS))
        await eventually(`${name} is in the member`, () =>
          call(fleet.member('member1').endpoint, `${LEDGERS}/${name}`).catch(() => undefined),
        )
      await steady('bindings, and what is queued for them', async () => {
        const { items }: AnyObject = await fleet.host.request(BINDINGS)
        const adds =
          /^flotilla_workqueue_adds_total\{controller="(?:dependencies|detector|binding|scheduler)"\} (\d+)$/gm
        return [items.map(({ metadata }: AnyObject) => metadata.resourceVersion), await metric(fleet, adds)]
      })
      await quiet(fleet)
    })

    it('go their own way when one does not need the others any more', async () => {
      const body = { spec: { needs: null } }
      await call(fleet.host.endpoint, `${LEDGERS}/hen`, { method: 'PATCH', body })
      await wanted({ ...NEEDS, hen: [] })
      await eventually('what nobody needs has left the member', () =>
        call(fleet.member('member1').endpoint, `${LEDGERS}/chick`).then(
          () => false,
          () => true,
        ),
      )
    })

    it('go, all of them', async () => {
      await call(fleet.host.endpoint, LEDGERS, { method: 'DELETE' })
      for (const [cluster, path] of [
        [fleet.host, LEDGERS],
        [fleet.host, BINDINGS],
        [fleet.member('member1'), LEDGERS],
      ] as const)
        await eventually(`${cluster.name} has no ${path}`, async () => {
          const { items }: AnyObject = await cluster.request(path)
          return items.length === 0
        })
      await call(fleet.host.endpoint, `${CUSTOMIZATIONS}/needs`, { method: 'DELETE' })
      await fleet.host.kubectl(['delete', 'propagationpolicy', 'cycles', '--namespace', NAMESPACE])
      await quiet(fleet)
    })
  })
}
