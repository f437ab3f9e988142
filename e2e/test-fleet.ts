import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from '@jest/globals'
import { bundle } from '../scripts/bundle.ts'
import { apply, eventually, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import type { Fleet, FleetOptions } from './controlplane/fleet.ts'
import { startFleet } from './controlplane/start-fleet.ts'
import type { SupervisedProcess } from './controlplane/supervisor.ts'
import { joinMembers } from './joining.ts'
import { type OperatorOptions, type RunningOperator, startOperator } from './operator.ts'
import { endFleet } from './secrecy/sweep-fleet.ts'

const START_MS = 600_000
const STOP_MS = 60_000

export interface TestFleetOptions extends Pick<FleetOptions, 'host' | 'members' | 'nodes'> {
  /** Settings of the operator: the chart's value `config`. */
  readonly configuration?: object
  /** Other values of the chart. */
  readonly values?: object
  /** Runs what ships instead of the sources. Default false. */
  readonly bundled?: boolean
  /** Given to Node besides those that the image has. */
  readonly nodeFlags?: readonly string[]
  /** Default true: every member is joined and Ready before the first test. */
  readonly join?: boolean
  /** How long the search for secrets and the stop may take together, in milliseconds: longer for more than a thousand objects. Default 60,000. */
  readonly stopMs?: number
}

/** What a suite runs on. Its fields are there once its tests run, and in `beforeAll` after {@link useFleet}. */
export interface TestFleet extends Pick<Fleet, 'host' | 'members' | 'member' | 'addMember' | 'etcd' | 'run'> {
  readonly operator: RunningOperator
  /** Empty at first, and removed at the end unless KEEP_LOGS is set. */
  readonly logs: string
  /** Starts a second operator, with its own log. */
  startOperator(name: string, options?: Omit<OperatorOptions, 'name' | 'logFile'>): Promise<RunningOperator>
}

/**
 * Gives a suite a host, members that have joined and the operator, from before its first test to after its last one.
 * To be called where the suite begins, outside of any test.
 */
export function useFleet(options: TestFleetOptions = {}): TestFleet {
  const {
    configuration = {},
    values = {},
    bundled = false,
    nodeFlags = [],
    join: joins = true,
    stopMs = STOP_MS,
    ...fleetOptions
  } = options
  const logs = mkdtempSync(join(tmpdir(), 'flotilla-e2e-'))
  const operators: RunningOperator[] = []
  /** All that a suite starts besides operators. */
  const agents: SupervisedProcess[] = []
  let running: Fleet | undefined
  let operator: RunningOperator | undefined
  const fleet = (): Fleet => there(running)
  const start: TestFleet['startOperator'] = async (name, more = {}) => {
    const started = await startOperator(fleet(), { ...more, name, logFile: join(logs, `${name}.log`) })
    operators.push(started)
    return started
  }

  beforeAll(async () => {
    running = await startFleet(fleetOptions)
    const [program] = bundled ? await bundle(logs) : []
    const shipped = program !== undefined && { bundle: program }
    operator = await start('operator', { configuration, values, nodeFlags, ...shipped })
    if (joins) await joinMembers(running)
  }, START_MS)

  afterAll(() => endFleet(running, { logs, operators, agents }), stopMs)

  return {
    logs,
    startOperator: start,
    get host() {
      return fleet().host
    },
    get members() {
      return fleet().members
    },
    get etcd() {
      return fleet().etcd
    },
    get operator() {
      return there(operator)
    },
    member: name => fleet().member(name),
    addMember: member => fleet().addMember(member),
    run: spec => {
      const program = fleet().run(spec)
      agents.push(program)
      return program
    },
  }
}

function there<T>(started: T | undefined): T {
  if (started === undefined) throw new Error('the fleet of this suite has not started yet')
  return started
}

/** Makes a namespace on a cluster, for a story of its own, in which Pods can be made at once. @returns its name. */
export async function newNamespace(cluster: ControlPlane, name: string, metadata: object = {}): Promise<string> {
  await apply(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { ...metadata, name } })
  await eventually(`namespace ${name} has its ServiceAccount`, () =>
    readObject(cluster, { kind: 'serviceaccount', name: 'default', namespace: name }),
  )
  return name
}

/** Name of an object in the namespace `default`, or its name, namespace, labels and so on. */
export type Metadata = string | { readonly name: string; readonly [field: string]: unknown }

function metadataOf(metadata: Metadata): object {
  return { namespace: 'default', ...(typeof metadata === 'string' ? { name: metadata } : metadata) }
}

export function configMap(metadata: Metadata, data: Readonly<Record<string, string>> = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf(metadata), data }
}

/** A PropagationPolicy that selects `resourceSelectors`, for all clusters unless `spec` places it elsewhere. */
export function propagationPolicy(metadata: Metadata, resourceSelectors: readonly object[], spec: object = {}): object {
  const apiVersion = 'policy.karmada.io/v1alpha1'
  const kind = 'PropagationPolicy'
  return { apiVersion, kind, metadata: metadataOf(metadata), spec: { resourceSelectors, placement: {}, ...spec } }
}

/** The same for a ClusterPropagationPolicy. */
export function clusterPropagationPolicy(
  name: string,
  resourceSelectors: readonly object[],
  spec: object = {},
): object {
  const apiVersion = 'policy.karmada.io/v1alpha1'
  const kind = 'ClusterPropagationPolicy'
  return { apiVersion, kind, metadata: { name }, spec: { resourceSelectors, placement: {}, ...spec } }
}
