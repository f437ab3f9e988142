// Ends what demo.ts started, whatever of it still runs, and removes its folder.
import { existsSync, rmSync } from 'node:fs'
import { newReporter } from '../controlplane/progress.ts'
import { stopFleet } from '../controlplane/start-fleet.ts'
import { explainFailure } from './failure.ts'
import { alone, fromRoot, STATE_DIR } from './place.ts'

const reporter = newReporter()

async function demoDown(): Promise<void> {
  const leftover = existsSync(STATE_DIR)
  const stopped = await reporter.during('ending the demo', () =>
    stopFleet({ detached: { stateDir: STATE_DIR }, reporter }),
  )
  // A start that was killed leaves a folder without a fleet.
  rmSync(STATE_DIR, { recursive: true, force: true })
  reporter.line(
    stopped || leftover ? `the demo has ended, ${fromRoot(STATE_DIR)} is removed` : 'there is no demo to end',
  )
}

try {
  await alone(demoDown, reporter)
} catch (error) {
  reporter.line(`The demo could not be ended: ${explainFailure(error)}`)
  process.exitCode = 1
}
