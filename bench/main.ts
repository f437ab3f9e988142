// npm run -s bench -- latency|burst|idle|neighbours|parking|scheduling|interpreting|estimates|joining: docs/performance.md tells what each measures.
import { availableParallelism, cpus, loadavg } from 'node:os'
import { Argument, Command } from 'commander'
import { measureBurst } from './burst.ts'
import { type ClusterUnderTest, openClusters, startClusters } from './cluster-under-test.ts'
import { measureEstimates } from './estimates.ts'
import { measureIdle } from './idle.ts'
import { measureInterpreting } from './interpreting.ts'
import { measureJoining } from './joining.ts'
import { measureLatency } from './latency.ts'
import { measureNeighbours } from './neighbours.ts'
import { measureParking } from './parking.ts'
import { formatJson, formatText, type Report, round } from './report.ts'
import { measureScheduling } from './scheduling.ts'

interface Flags {
  readonly json?: boolean
  readonly host?: string
  readonly members?: string
  readonly pids?: string
  readonly objects?: string
}

const QUESTIONS = {
  latency: measureLatency,
  burst: measureBurst,
  idle: measureIdle,
  neighbours: measureNeighbours,
  parking: measureParking,
} as const
const DEFAULT_OBJECTS = { latency: 50, burst: 300, idle: 300, neighbours: 50, parking: 300 } as const
type Question = keyof typeof QUESTIONS

function newCommand(): Command {
  return new Command('bench')
    .description('Measures an implementation and a bare loop of the necessary writes beside it.')
    .addArgument(new Argument('<question>', 'what to measure').choices([...QUESTION_NAMES, ...Object.keys(ALONE)]))
    .option('--json', 'one line of JSON instead of a table')
    .option('--host <kubeconfig>', 'a host that is served already; default: start clusters and an operator')
    .option('--members <kubeconfigs>', 'all of its members, separated by commas')
    .option('--pids <pids>', 'processes on this machine that serve it, separated by commas: for CPU and memory')
    .option(
      '--objects <count>',
      'how many objects (of each kind); default 50 for latency and neighbours, else 300; clusters of joining, default 100',
    )
}

async function main(): Promise<void> {
  const command = newCommand().parse()
  const alone = ALONE[command.args[0] ?? '']
  if (alone !== undefined) return print(await alone(command.opts<Flags>()), command.opts<Flags>())
  const question = QUESTION_NAMES.find(name => name === command.args[0]) ?? 'latency'
  const flags = command.opts<Flags>()
  const clusters = await connect(question, flags, command)
  try {
    const objects = Number(flags.objects ?? DEFAULT_OBJECTS[question])
    print(await QUESTIONS[question](clusters, objects), flags)
  } finally {
    await clusters.stop()
  }
}

function print(measured: Report, { json }: Flags): void {
  const report = withMachine(measured)
  process.stdout.write(`${json === true ? formatJson(report) : formatText(report)}\n`)
}

const DEFAULT_CLUSTERS = 100

/** What needs no clusters, or clusters of its own kind. */
const ALONE: Readonly<Record<string, (flags: Flags) => Report | Promise<Report>>> = {
  scheduling: () => measureScheduling(),
  interpreting: () => measureInterpreting(),
  estimates: measureEstimates,
  joining: ({ objects }) => measureJoining(Number(objects ?? DEFAULT_CLUSTERS)),
}
const QUESTION_NAMES: readonly Question[] = ['latency', 'burst', 'idle', 'neighbours', 'parking']

async function connect(question: Question, flags: Flags, command: Command): Promise<ClusterUnderTest> {
  const { host, members, pids } = flags
  if (host === undefined && members === undefined)
    return startClusters({
      ailing: question === 'neighbours',
      host: question === 'parking' ? 'ordinary' : 'dedicated',
    })
  if (host === undefined || members === undefined) command.error('--host and --members go together')
  const served = (pids ?? '').split(',').filter(pid => pid !== '')
  return openClusters({ host, members: members.split(',') }, served.map(Number))
}

/** Figures without the machine they come from say nothing. */
function withMachine(report: Report): Report {
  const [cpu] = cpus()
  const machine = {
    date: new Date().toISOString(),
    cpu: cpu?.model ?? 'unknown',
    cores: availableParallelism(),
    load1m: round(loadavg()[0] ?? 0),
  }
  return { ...report, setting: { ...report.setting, ...machine } }
}

await main()
