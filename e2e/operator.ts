import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NODE_ENVIRONMENT, NODE_FLAGS } from '../scripts/node-flags.ts'
import { type ChartFiles, installChart, readChart } from './chart.ts'
import type { Fleet } from './controlplane/fleet.ts'
import { freePort } from './controlplane/ports.ts'
import type { ProcessSpec, SupervisedProcess } from './controlplane/supervisor.ts'
import { waitFor } from './controlplane/wait.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

export interface OperatorOptions {
  /** Default 'operator'; another name for a second one. */
  readonly name?: string
  readonly logFile: string
  /** Kubeconfig of the host; default: that of the chart's ServiceAccount. */
  readonly kubeconfigPath?: string
  /** Runs this bundle instead of the sources. */
  readonly bundle?: string
  /** Settings of the operator: the chart's value `config`. */
  readonly configuration?: object
  /** Other values of the chart, besides those in operator-values.yaml. */
  readonly values?: object
  /** Another release's chart. */
  readonly chart?: ChartFiles
  /** Default true; false: the host has the chart as it is to be. */
  readonly install?: boolean
  /** Given to Node besides those that the image has. */
  readonly nodeFlags?: readonly string[]
  /** Given to it besides what the image has. */
  readonly env?: Readonly<Record<string, string>>
  /** Waits until it is ready. Default true; a standby is ready too. */
  readonly wait?: boolean
}

/** An operator as a process of its own, as a pod would run it. */
export interface RunningOperator {
  /** The one of now: `replace` makes another. */
  readonly process: SupervisedProcess
  readonly metricsUrl: string
  /** The UID of its Pod. */
  readonly podUid: string
  /** Resolves when /readyz says so. */
  ready(): Promise<void>
  /** Starts it again when it has ended, as a kubelet would: without its lease for too long, an operator ends itself. */
  revive(): void
  /** Starts it as a process of another Pod, which has the same to do: the former must have ended. */
  replace(): void
}

const READY_MS = 120_000

/**
 * Starts an operator beside a fleet; it ends with the fleet. The chart is installed into the host, and the process gets what
 * the Pod would: the ServiceAccount's rights and nothing else, the configuration file, Node's flags.
 */
export async function startOperator(fleet: Fleet, options: OperatorOptions): Promise<RunningOperator> {
  const { configuration = {}, values = {} } = options
  const { install = true, nodeFlags = [], env = {} } = options
  const chart = install
    ? await installChart(fleet.host, { ...values, config: configuration }, options.chart)
    : await readChart(fleet.host)
  const kubeconfigPath = options.kubeconfigPath ?? chart.kubeconfig.path
  const port = await freePort()
  const config = `${options.logFile}.config.yaml`
  writeFileSync(config, chart.configuration)
  const program = options.bundle ?? join(ROOT, 'src', 'main.ts')
  const listen = ['--bind-address', `127.0.0.1:${port}`]
  const operator = runAsPod(fleet, `http://127.0.0.1:${port}`, {
    name: options.name ?? 'operator',
    command: process.execPath,
    args: [...NODE_FLAGS, ...nodeFlags, program, '--kubeconfig', kubeconfigPath, ...listen, '--config', config],
    env: { ...NODE_ENVIRONMENT, ...env, KUBECONFIG: kubeconfigPath, FORCE_COLOR: '0' },
    logFile: options.logFile,
  })
  if (options.wait ?? true) await operator.ready()
  return operator
}

function runAsPod(fleet: Fleet, url: string, spec: ProcessSpec): RunningOperator {
  let podUid = ''
  const run = (): SupervisedProcess => {
    podUid = randomUUID()
    return fleet.run({ ...spec, env: { ...spec.env, POD_UID: podUid } })
  }
  let running = run()
  return {
    get process() {
      return running
    },
    get podUid() {
      return podUid
    },
    metricsUrl: `${url}/metrics`,
    ready: () => awaitReady(running, url),
    revive: () => running.start(),
    replace: () => {
      running = run()
    },
  }
}

async function awaitReady(program: SupervisedProcess, url: string): Promise<void> {
  await waitFor(async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined), {
    until: 'the operator is ready',
    timeoutMs: READY_MS,
    everyMs: 100,
    hopeless: () => (program.running ? undefined : `it ended; its log: ${program.spec.logFile}`),
  })
}
