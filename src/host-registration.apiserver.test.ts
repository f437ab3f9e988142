import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../e2e/controlplane/start-apiserver.ts'
import { CUSTOM_RESOURCE_DEFINITION, OVERRIDE_POLICY, type Resource } from './api/kinds.ts'
import { ANNOTATION } from './api/names.ts'
import { DEFAULT_CONFIGURATION } from './configuration.ts'
import { startRegistrationUpkeep } from './host-registration.ts'
import type { Client } from './kube/client.ts'
import type { RequestReport } from './kube/new-client.ts'
import { isNotFound } from './kube/status-error.ts'
import { numberAt, valueAt } from './object/field.ts'
import type { JsonObject, KubeObject } from './object/kube-object.ts'
import { keyOf } from './object/object-key.ts'
import { newParkingState, type ParkingState } from './parking/parking-state.ts'
import { PART_OF } from './registration/manifest.ts'
import { PARKING_EDITION, parkingPolicies } from './registration/policies/parking.ts'
import { type Registration, registerApi } from './registration/register-api.ts'
import {
  CLUSTER_ROLE,
  MUTATING_ADMISSION_POLICY,
  MUTATING_ADMISSION_POLICY_BINDING,
  VALIDATING_ADMISSION_POLICY,
  VALIDATING_ADMISSION_POLICY_BINDING,
} from './registration/resources.ts'
import { sleep, systemClock } from './runtime/clock.ts'
import { newController } from './runtime/controller.ts'
import { newMetrics } from './runtime/metrics.ts'
import { newTestClient } from './testing/apiserver-client.ts'
import { silentLog } from './testing/silent-log.ts'

// What the operator registered and somebody takes away while it runs, and who parks meanwhile.

jest.setTimeout(180_000)

const { namespace } = DEFAULT_CONFIGURATION
const OWNER = 'flotilla'
const RESOURCES = [
  MUTATING_ADMISSION_POLICY,
  MUTATING_ADMISSION_POLICY_BINDING,
  VALIDATING_ADMISSION_POLICY,
  VALIDATING_ADMISSION_POLICY_BINDING,
]
const { signal } = new AbortController()
const PARKING = { name: 'flotilla-parking', namespace: '' }

let apiserver: Apiserver
let client: Client
let reports: RequestReport[] = []
let registration: Registration
let stops: readonly (() => Promise<void>)[] = []

const writes = (): readonly RequestReport[] =>
  reports.filter(
    ({ verb, resource }) => ['apply', 'patch', 'create', 'delete'].includes(verb) && resource?.plural !== 'configmaps',
  )

function register(): Promise<Registration> {
  const options = { installCrds: true, ownerClusterRole: OWNER, parking: { namespace, skippedNamespaces: ['kube-.*'] } }
  return registerApi({ client, clock: systemClock, log: silentLog }, options, signal)
}

async function createOwner(): Promise<void> {
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: OWNER } }
  await client.create(CLUSTER_ROLE, role)
}

beforeAll(async () => {
  apiserver = await startApiserver()
  client = newTestClient(apiserver.cluster.endpoint, { onRequest: report => void reports.push(report) })
  await createOwner()
  registration = await register()
}, START_TIMEOUT_MS)

async function stop(): Promise<void> {
  await Promise.all(stops.map(end => end()))
  stops = []
}

afterEach(stop)

afterAll(async () => {
  await client?.close()
  await apiserver?.stop()
})

interface Run {
  readonly states: readonly ParkingState[]
  /** `<kind> <name>: <reason>` */
  readonly events: readonly string[]
  readonly metrics: ReturnType<typeof newMetrics>
  /** Waits until it is so. */
  parks(by: ParkingState['by'], why?: string): Promise<void>
}

/** Starts what watches over the registration, as the operator does. */
function run(registered: Registration = registration): Run {
  reports = []
  const states: ParkingState[] = []
  const events: string[] = []
  const metrics = newMetrics({ process: false })
  const parking = newParkingState({ mode: 'policies', by: 'operator', why: 'not known yet' })
  parking.onChange(state => void states.push(state))
  stops = startRegistrationUpkeep({
    host: client,
    configuration: DEFAULT_CONFIGURATION,
    clock: systemClock,
    log: silentLog,
    metrics,
    recorder: {
      event: (about, _type, reason) => {
        const name = 'metadata' in about ? about.metadata.name : about.name
        events.push(`${about.kind} ${name}: ${reason}`)
      },
    },
    newController: options => newController(options, { clock: systemClock, log: silentLog }),
    registration: registered,
    parking,
    // Shorter than an apiserver takes for a policy it has just got: a trial that failed is repeated.
    trialLimitMs: 100,
  })
  const parks = (by: ParkingState['by'], why = ''): Promise<void> =>
    until(async () => parking.current.by === by && parking.current.why.includes(why))
  return { states, events, metrics, parks }
}

async function until(look: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await look()); looks++) {
    if (looks === 600) throw new Error(`not so after a minute: ${look}`)
    await sleep(systemClock, 100)
  }
}

async function read(resource: Resource, name: string): Promise<KubeObject | undefined> {
  try {
    return await client.get(resource, { namespace: '', name })
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

const change = (resource: Resource, name: string, body: JsonObject): Promise<KubeObject> =>
  client.patch(resource, { namespace: '', name }, { type: 'merge', body }, { fieldManager: 'somebody' })

describe('what the operator registered', () => {
  it('is left alone while nobody touches it, and the apiserver is seen to park', async () => {
    const { parks, events } = run()
    await parks('apiserver')
    expect(writes()).toEqual([])
    expect(events).toEqual([])
  })

  it.each(RESOURCES)('is put back when it is deleted: $kind', async resource => {
    const { items } = await client.list(resource, { labelSelector: `${PART_OF}=flotilla` })
    const [first] = items
    if (first === undefined) throw new Error('nothing is registered')
    const { events, metrics, parks } = run()
    await parks('apiserver')
    await client.delete(resource, keyOf(first))
    await until(async () => {
      const found = await read(resource, first.metadata.name)
      return found !== undefined && found.metadata.uid !== first.metadata.uid
    })
    await until(async () => events.length > 0)
    expect(events).toEqual([`${resource.kind} ${first.metadata.name}: RegistrationRestored`])
    expect(await metrics.render()).toContain(`flotilla_registration_restored_total{kind="${resource.kind}"} 1`)
    await parks('apiserver')
  })

  it.each<{ name: string; body: JsonObject; path: readonly string[] }>([
    { name: 'a field', body: { spec: { failurePolicy: 'Fail' } }, path: ['spec', 'failurePolicy'] },
    {
      name: 'a selector that was added',
      body: { spec: { matchConstraints: { objectSelector: { matchLabels: { never: 'is' } } } } },
      path: ['spec', 'matchConstraints', 'objectSelector'],
    },
    {
      name: 'our label',
      body: { metadata: { labels: { [PART_OF]: 'other' } } },
      path: ['metadata', 'labels', PART_OF],
    },
  ])('is put back when it is changed: $name', async ({ body, path }) => {
    const before = await client.get(MUTATING_ADMISSION_POLICY, PARKING)
    const { events, parks } = run()
    await parks('apiserver')
    const changed = await change(MUTATING_ADMISSION_POLICY, PARKING.name, body)
    const [first = '', ...rest] = path
    expect(valueAt(changed, first, ...rest)).not.toEqual(valueAt(before, first, ...rest))
    await until(async () => {
      const found = await read(MUTATING_ADMISSION_POLICY, PARKING.name)
      return JSON.stringify(valueAt(found, first, ...rest)) === JSON.stringify(valueAt(before, first, ...rest))
    })
    await until(async () => events.length > 0)
    expect(events).toEqual([`MutatingAdmissionPolicy ${PARKING.name}: RegistrationRestored`])
    await parks('apiserver')
  })

  it('is put back when it is a CRD that somebody changed or deleted', async () => {
    const name = 'overridepolicies.policy.karmada.io'
    const { parks, events } = run()
    await parks('apiserver')
    const before = await client.get(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name })
    await change(CUSTOM_RESOURCE_DEFINITION, name, { spec: { names: { shortNames: ['none'] } } })
    await until(
      async () => (numberAt(await read(CUSTOM_RESOURCE_DEFINITION, name), 'metadata', 'generation') ?? 0) >= 3,
    )
    const restored = await client.get(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name })
    expect(valueAt(restored, 'spec', 'names')).toEqual(valueAt(before, 'spec', 'names'))
    await client.delete(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name })
    await until(async () => {
      const found = await read(CUSTOM_RESOURCE_DEFINITION, name)
      return found !== undefined && found.metadata.uid !== before.metadata.uid
    })
    await until(async () =>
      client.list(OVERRIDE_POLICY).then(
        () => true,
        () => false,
      ),
    )
    expect(new Set(events)).toEqual(new Set([`CustomResourceDefinition ${name}: RegistrationRestored`]))
  })

  it('goes when the installation that owns it is removed, and is back when that is', async () => {
    const { parks } = run()
    await parks('apiserver')
    await client.delete(CLUSTER_ROLE, { namespace: '', name: OWNER })
    await client.delete(MUTATING_ADMISSION_POLICY, PARKING)
    await parks('operator', 'missing: MutatingAdmissionPolicy flotilla-parking')
    await sleep(systemClock, 1_000)
    expect(await read(MUTATING_ADMISSION_POLICY, PARKING.name)).toBeUndefined()
    expect(writes().map(({ verb }) => verb)).toEqual(['delete', 'delete'])
    await stop()
    await createOwner()
    registration = await register()
    await run().parks('apiserver')
  })
})

describe('policies that somebody else registers', () => {
  const byOthers = (edition: string): readonly KubeObject[] =>
    parkingPolicies({ namespace, operatorUser: 'operator', skippedNamespaces: [] }).map(manifest => ({
      ...manifest,
      metadata: {
        ...manifest.metadata,
        labels: { [PART_OF]: 'flotilla' },
        annotations: { [ANNOTATION.parkingEdition]: edition },
      },
    }))
  const applyAll = async (manifests: readonly KubeObject[]): Promise<void> => {
    for (const manifest of manifests) {
      const resource = RESOURCES.find(({ kind }) => kind === manifest.kind)
      if (resource !== undefined) await client.apply(resource, manifest, { fieldManager: 'helm' })
    }
  }
  const removeAll = async (): Promise<void> => {
    for (const resource of RESOURCES) {
      const { items } = await client.list(resource, { labelSelector: `${PART_OF}=flotilla` })
      for (const object of items) await client.delete(resource, keyOf(object))
    }
  }

  it('are missed by name, and nothing is written; once they are there and of this release, the apiserver parks', async () => {
    await removeAll()
    const { parks, states } = run({ ...registration, manifests: [] })
    await parks('operator', 'these are missing: MutatingAdmissionPolicy flotilla-parking, ')
    await applyAll(byOthers('former'))
    await parks('operator', 'these belong to another release: MutatingAdmissionPolicy flotilla-parking, ')
    expect(states.map(({ by }) => by)).not.toContain('apiserver')
    await applyAll(byOthers(PARKING_EDITION))
    await parks('apiserver')
    expect(writes().filter(({ verb }) => verb === 'apply').length).toBe(2 * byOthers('').length)
  })

  it('do not park where the admission plugin is switched off, which a trial shows', async () => {
    await apiserver.cluster.restartWithFlags(['--disable-admission-plugins=MutatingAdmissionPolicy'])
    const before = run({ ...registration, manifests: [] })
    await before.parks('operator', 'does not act on it')
    await stop()
    await apiserver.cluster.restartWithFlags([])
    const after = run({ ...registration, manifests: [] })
    await after.parks('apiserver')
    const trials = reports.filter(({ resource }) => resource?.plural === 'configmaps')
    expect(trials.length).toBeGreaterThan(0)
    const { items } = await client.list({
      group: '',
      version: 'v1',
      kind: 'ConfigMap',
      plural: 'configmaps',
      namespaced: true,
    })
    expect(items.map(({ metadata }) => metadata.name)).not.toContain('flotilla-parking-trial')
  })
})
