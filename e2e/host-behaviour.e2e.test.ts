import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { apply, eventually } from './cluster-view.ts'
import type { Fleet } from './controlplane/fleet.ts'
import { startFleet } from './controlplane/start-fleet.ts'
import { OBJECTS } from './host-behaviours/objects.ts'
import { type Behaviour, newScene, PLURALS, type Scene } from './host-behaviours/scene.ts'
import { WORKLOADS } from './host-behaviours/workloads.ts'
import { type RunningOperator, startOperator } from './operator.ts'
import { endFleet } from './secrecy/sweep-fleet.ts'
import { clusterPropagationPolicy, newNamespace, propagationPolicy } from './test-fleet.ts'

// What no policy selects is entirely unaffected: the same behaviours of a plain cluster, before the chart is there, and with
// chart, operator and policies that select other objects of the same kinds in the same namespaces.

jest.setTimeout(300_000)

const BEHAVIOURS: readonly Behaviour[] = [...WORKLOADS, ...OBJECTS]
const KINDS = [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map(kind => ({ apiVersion: 'apps/v1', kind })),
  ...['Job', 'CronJob'].map(kind => ({ apiVersion: 'batch/v1', kind })),
  ...['Pod', 'Service', 'ConfigMap'].map(kind => ({ apiVersion: 'v1', kind })),
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
]
const OTHERS = { fleet: 'yes' }

const logs = mkdtempSync(join(tmpdir(), 'flotilla-e2e-'))
const operators: RunningOperator[] = []
let fleet: Fleet

beforeAll(async () => {
  fleet = await startFleet({ host: 'ordinary', members: 0 })
}, 600_000)

afterAll(() => endFleet(fleet, { logs, operators }), 60_000)

/** All behaviours at the same time; each test tells of one. */
function play(run: string, before: (namespace: string) => Promise<void>): void {
  const playing = new Map<Behaviour, Promise<{ readonly seen: object; readonly scene: Scene }>>()

  beforeAll(() => {
    for (const [index, behaviour] of BEHAVIOURS.entries()) {
      const played = (async () => {
        const namespace = await newNamespace(fleet.host, `${run}-${index}`)
        await before(namespace)
        const scene = newScene(fleet.host, namespace)
        return { seen: await behaviour.run(scene), scene }
      })()
      // Its own test tells; until that runs, a failure has nobody who listens.
      played.catch(() => undefined)
      playing.set(behaviour, played)
    }
  })

  it.each(BEHAVIOURS)('$name', async behaviour => {
    const played = await playing.get(behaviour)
    expect(played?.seen).toEqual(behaviour.want)
    expect(await marksIn(played?.scene)).toEqual([])
  })
}

/** Labels, annotations and finalizers of ours on anything in a namespace. */
async function marksIn(scene: Scene | undefined): Promise<readonly string[]> {
  const lists = await Promise.all(PLURALS.map(async plural => (await scene?.list(plural)) ?? []))
  return lists.flat().flatMap(({ metadata }) => {
    if (metadata.name === 'flotilla-parking-v1') return []
    const { labels = {}, annotations = {}, finalizers = [] } = metadata
    return [...Object.keys(labels), ...Object.keys(annotations), ...finalizers].filter(key =>
      /flotilla|karmada/.test(key),
    )
  })
}

describe('a plain cluster', () => {
  play('plain', async () => undefined)
})

describe('the same with the chart, the operator and policies for other objects', () => {
  beforeAll(async () => {
    operators.push(await startOperator(fleet, { logFile: join(logs, 'operator.log') }))
    const others = clusterPropagationPolicy(
      'others',
      KINDS.map(kind => ({ ...kind, labelSelector: { matchLabels: OTHERS } })),
    )
    // The operator makes the API once it leads.
    await eventually('policies can be made', () =>
      apply(fleet.host, others).then(
        () => true,
        () => undefined,
      ),
    )
  })

  play('governed', async namespace => {
    await apply(
      fleet.host,
      propagationPolicy(
        { name: 'by-name', namespace },
        KINDS.map(kind => ({ ...kind, name: 'elsewhere' })),
      ),
      propagationPolicy(
        { name: 'by-labels', namespace },
        KINDS.map(kind => ({
          ...kind,
          labelSelector: { matchExpressions: [{ key: 'fleet', operator: 'In', values: ['yes'] }] },
        })),
      ),
    )
  })
})
