import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Fleet } from './controlplane/fleet.ts'
import { freePort } from './controlplane/ports.ts'
import type { SupervisedProcess } from './controlplane/supervisor.ts'
import { waitFor } from './controlplane/wait.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const OPERATOR_NAMESPACE = 'flotilla-system'

export interface OperatorOptions {
  /** Default 'operator'; another name for a second one. */
  readonly name?: string
  readonly logFile: string
  /** Kubeconfig of the host; default: the administrator's. */
  readonly kubeconfigPath?: string
  /** Runs this bundle instead of the sources. */
  readonly bundle?: string
  /** Settings besides those of a test (see TEST_CONFIGURATION). */
  readonly configuration?: object
  /** Waits until it is ready. Default true; a standby is ready too. */
  readonly wait?: boolean
}

/** An operator as a process of its own, as a pod would run it. */
export interface RunningOperator {
  readonly process: SupervisedProcess
  readonly metricsUrl: string
  /** Resolves when /readyz says so. */
  ready(): Promise<void>
}

/** As the image starts it: by default a burst lets the young generation grow to 128 MiB, and it stays so. */
const NODE_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=40']
const READY_MS = 120_000

/** A machine that runs a fleet beside the operator may starve it for seconds: that must not cost it the lease. */
const TEST_CONFIGURATION = {
  leaderElection: { leaseDurationMs: 30_000, renewDeadlineMs: 25_000, retryPeriodMs: 2_000 },
}

/** Starts an operator beside a fleet; it ends with the fleet. */
export async function startOperator(fleet: Fleet, options: OperatorOptions): Promise<RunningOperator> {
  await createNamespace(fleet, OPERATOR_NAMESPACE)
  const port = await freePort()
  const config = `${options.logFile}.config.json`
  writeFileSync(config, JSON.stringify({ ...TEST_CONFIGURATION, ...options.configuration }))
  const program = options.bundle ?? join(ROOT, 'src', 'main.ts')
  const process_ = fleet.run({
    name: options.name ?? 'operator',
    command: process.execPath,
    args: [
      ...NODE_FLAGS,
      program,
      '--kubeconfig',
      options.kubeconfigPath ?? fleet.host.kubeconfigPath,
      '--namespace',
      OPERATOR_NAMESPACE,
      '--bind-address',
      `127.0.0.1:${port}`,
      '--config',
      config,
    ],
    env: { KUBECONFIG: options.kubeconfigPath ?? fleet.host.kubeconfigPath, FORCE_COLOR: '0' },
    logFile: options.logFile,
  })
  process_.start()
  const url = `http://127.0.0.1:${port}`
  const operator = { process: process_, metricsUrl: `${url}/metrics`, ready: () => awaitReady(process_, url) }
  if (options.wait ?? true) await operator.ready()
  return operator
}

async function awaitReady(program: SupervisedProcess, url: string): Promise<void> {
  await waitFor(async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined), {
    until: 'the operator is ready',
    timeoutMs: READY_MS,
    everyMs: 100,
    hopeless: () => (program.running ? undefined : `it ended; its log: ${program.spec.logFile}`),
  })
}

async function createNamespace(fleet: Fleet, name: string): Promise<void> {
  try {
    await fleet.host.kubectl(['create', 'namespace', name])
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('AlreadyExists'))) throw error
  }
}
