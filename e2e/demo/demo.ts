// Brings up a host and two members, or uses those of an earlier run, with the operator between them, spreads
// examples/nginx over the members and shows what came of it. Everything lives on until demo-down.ts.
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ensureBinaries } from '../controlplane/binaries.ts'
import type { DetachedOptions, Fleet } from '../controlplane/fleet.ts'
import { newReporter } from '../controlplane/progress.ts'
import { openFleet, startFleet } from '../controlplane/start-fleet.ts'
import { joinMembers } from '../joining.ts'
import { explainFailure } from './failure.ts'
import { awaitNginx, EXAMPLE } from './nginx.ts'
import { awaitParking, ensureOperator } from './operator.ts'
import { alone, fromRoot, OPERATOR_LOG, STATE_DIR } from './place.ts'
import { commandLine, showOutcome } from './transcript.ts'

const reporter = newReporter()
const print = (text: string): void => void process.stdout.write(`${text}\n`)

async function demo(): Promise<void> {
  const fleet = await ensureFleet()
  const operator = await ensureOperator(fleet, reporter)
  const names = fleet.members.map(member => member.name).join(', ')
  await reporter.during(`joining ${names}`, () => joinMembers(fleet))
  await reporter.during('waiting until the host parks templates', () => awaitParking(fleet))
  await reporter.during(`applying ${fromRoot(EXAMPLE)}`, () => fleet.host.kubectl(['apply', '-f', EXAMPLE]))
  await reporter.during(`waiting until nginx runs in ${names}`, () => awaitNginx(fleet, operator))
  print('')
  await showOutcome(fleet, print)
  await showWhatNext(fleet, operator.spec.logFile)
}

async function ensureFleet(): Promise<Fleet> {
  const options: DetachedOptions = { host: 'ordinary', members: 2, detached: { stateDir: STATE_DIR }, reporter }
  const earlier = await openFleet(options)
  if (earlier === undefined) return startFleet(options)
  reporter.line(`using the clusters of an earlier run, in ${fromRoot(STATE_DIR)}`)
  return earlier
}

async function showWhatNext(fleet: Fleet, operatorLog: string): Promise<void> {
  const kubeconfig = (path: string): string => `export ${commandLine([`KUBECONFIG=${path}`])}`
  print('\nEverything keeps running. To look around, one of:')
  for (const { name, kubeconfigPath } of [fleet.host, ...fleet.members]) {
    print(`  ${kubeconfig(kubeconfigPath).padEnd(PAD)}  # ${name}`)
  }
  if (!onPath('kubectl')) {
    const built = (await ensureBinaries(['kubectl'], { reporter })).path('kubectl')
    print(`kubectl is not on the PATH; this one came with the clusters:\n  alias kubectl=${commandLine([built])}`)
  }
  print(`Log of the operator:\n  ${operatorLog}\nTo end it all:\n  make demo-down`)
}

/** Lines the names up for paths of common lengths. */
const PAD = 60

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some(directory => {
    try {
      accessSync(join(directory, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function showFailure(error: unknown): void {
  reporter.line(`\nThe demo failed: ${explainFailure(error)}`)
  if (existsSync(OPERATOR_LOG)) reporter.line(`Log of the operator: ${fromRoot(OPERATOR_LOG)}`)
  if (existsSync(STATE_DIR)) {
    reporter.line(`Logs of the clusters: in ${fromRoot(STATE_DIR)}`)
    reporter.line('What was started is still there: "make demo" goes on with it, "make demo-down" ends it.')
  }
}

try {
  await alone(demo, reporter)
} catch (error) {
  showFailure(error)
  process.exitCode = 1
}
