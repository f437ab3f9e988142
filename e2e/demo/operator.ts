import { join } from 'node:path'
import { ANNOTATION } from '../../src/api/names.ts'
import { parseParkingState } from '../../src/parking/parking-state.ts'
import type { Fleet } from '../controlplane/fleet.ts'
import type { Reporter } from '../controlplane/progress.ts'
import type { SupervisedProcess } from '../controlplane/supervisor.ts'
import { waitFor } from '../controlplane/wait.ts'
import { startOperator } from '../operator.ts'
import { OPERATOR_LOG, ROOT } from './place.ts'

/** No kubelet is there to start it again when it ends. */
const PROGRAM = join(ROOT, 'e2e', 'demo', 'restarting-operator.ts')
const READY_MS = 60_000

/** Uses the operator that runs beside a fleet, or starts one; resolves when it is ready. It lives on with the fleet. */
export async function ensureOperator(fleet: Fleet, reporter: Reporter): Promise<SupervisedProcess> {
  const earlier = fleet.program('operator')
  if (earlier?.running) {
    await reporter.during('waiting for the operator that runs here', () => answers(earlier))
    return earlier
  }
  const started = await reporter.during('installing the chart and starting the operator', () =>
    startOperator(fleet, { logFile: OPERATOR_LOG, bundle: PROGRAM }),
  )
  return started.process
}

/**
 * Waits until it is known who keeps templates from running on the host: an apiserver needs a second or two to act on policies
 * that it has just got. The operator writes it on its Lease.
 */
export async function awaitParking(fleet: Fleet): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    const lease = await fleet.host.kubectl(['get', 'lease', 'flotilla', '-n', 'flotilla-system', '-o', 'json'])
    const state = parseParkingState(JSON.parse(lease).metadata.annotations?.[ANNOTATION.parking])
    return state?.by === 'apiserver' || undefined
  }
  await waitFor(look, { until: 'the apiserver parks templates', timeoutMs: READY_MS, everyMs: 200 })
}

async function answers(operator: SupervisedProcess): Promise<void> {
  const { args } = operator.spec
  const address = args[args.indexOf('--bind-address') + 1]
  const look = async (): Promise<true | undefined> => (await fetch(`http://${address}/readyz`)).ok || undefined
  const hopeless = (): string | undefined => operator.whyNotRunning()
  await waitFor(look, { until: 'the operator is ready', timeoutMs: READY_MS, everyMs: 200, hopeless })
}
