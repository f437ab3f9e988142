// npm run -s bench -- <question> [flags]: docs/performance.md tells what each measures; registry.ts lists them.
import { join } from 'node:path'
import { Argument, Command, Option } from 'commander'
import { binaryVersion } from '../e2e/controlplane/recipes.ts'
import { type ClusterUnderTest, openClusters, startClusters } from './cluster-under-test.ts'
import { askAll } from './group.ts'
import { foreignOperator } from './operator-under-test.ts'
import { GROUPS, type Group, type Question } from './question.ts'
import { QUESTIONS, questionsOf } from './registry.ts'
import { formatJson, formatText, type Report } from './report.ts'
import { OURS, type Run, saveRun } from './results.ts'
import { readSurroundings, type Surroundings } from './surroundings.ts'

interface Flags {
  readonly json?: boolean
  readonly save?: boolean
  readonly host?: string
  readonly members?: string
  readonly pids?: string
  readonly startCommand?: string
  readonly implementation?: string
  readonly objects?: string
  readonly profile?: boolean
  readonly group?: Group
}

const ROOT = join(import.meta.dirname, '..')

function newCommand(): Command {
  return new Command('bench')
    .description('Measures an implementation and, where there is one, a bare loop of the necessary writes beside it.')
    .addArgument(new Argument('[question]', 'what to measure').choices(QUESTIONS.map(({ name }) => name)))
    .addOption(new Option('--group <group>', 'all questions of a group, then the report').choices(GROUPS))
    .option('--json', 'one line of JSON instead of a table')
    .option('--save', 'keep the results in bench/results')
    .option('--host <kubeconfig>', 'a host that is served already; default: start clusters and an operator')
    .option('--members <kubeconfigs>', 'all of its members, separated by commas')
    .option('--pids <pids>', 'processes on this machine that serve it, separated by commas: for CPU and memory')
    .option('--start-command <command>', 'starts those again after they were ended, and prints the new pids')
    .option('--implementation <name>', 'what serves it: results are kept under this name', OURS)
    .option('--objects <count>', 'how many objects (of each kind), or what the question counts in their stead')
    .option('--profile', 'where the CPU time of the operator went; only of one that is started here')
    .addHelpText('after', `\nQuestions:\n${QUESTIONS.map(describe).join('\n')}`)
}

function describe({ name, asks, objects, group }: Question): string {
  const notes = [...(objects === undefined ? [] : [`--objects ${objects}`]), ...(group === undefined ? [] : [group])]
  return `  ${name.padEnd(16)}${asks}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`
}

async function main(): Promise<void> {
  const command = newCommand().parse()
  const flags = command.opts<Flags>()
  if (flags.group !== undefined) return askGroup(flags.group, flags)
  const question = QUESTIONS.find(({ name }) => name === command.args[0])
  if (question === undefined) return command.error(`what shall be measured? One of: ${QUESTIONS.map(q => q.name)}`)
  if (flags.profile === true && flags.save === true)
    command.error('a profile changes the figures: they are not kept. The question "profiling" keeps its own.')
  const hindrance = question.hindrance?.()
  if (hindrance !== undefined) command.error(`${question.name} cannot be asked here: ${hindrance}`)
  const run = await measure(question, flags, command)
  const report = withSurroundings(run)
  process.stdout.write(`${flags.json === true ? formatJson(report) : formatText(report)}\n`)
  if (flags.save === true) process.stdout.write(`kept in ${saveRun(ROOT, run, flags.implementation)}\n`)
}

async function askGroup(group: Group, { host }: Flags): Promise<void> {
  const questions = questionsOf(group).filter(({ clusters }) => host === undefined || clusters === 'any')
  // All but the group itself.
  const flags = process.argv.slice(2).filter((arg, index, all) => arg !== '--group' && all[index - 1] !== '--group')
  const isAnswered = await askAll(questions, flags)
  process.exitCode = isAnswered ? 0 : 1
}

async function measure(question: Question, flags: Flags, command: Command): Promise<Run> {
  const objects = Number(flags.objects ?? question.objects ?? 0)
  const typed = ['npm', 'run', '-s', 'bench', '--', ...typedFlags()].join(' ')
  const counted = question.objects === undefined ? {} : { objects }
  const run = { ...(await readSurroundings()), command: typed, ...counted }
  if (question.clusters === 'none') return { ...run, report: await question.measure(objects) }
  if (question.clusters === 'made') {
    const versions = { ...run.versions, kubernetes: binaryVersion('kube-apiserver') }
    return { ...run, versions, report: await question.measure(objects) }
  }
  const clusters = await connect(question, flags, command)
  try {
    const kubernetes = await readVersion(clusters)
    const report = await question.measure(clusters, objects)
    return { ...run, versions: { ...run.versions, kubernetes }, report }
  } finally {
    await clusters.stop()
  }
}

/** Kubeconfigs are somebody's own files: the name says enough. */
function typedFlags(): readonly string[] {
  return process.argv.slice(2).map(arg =>
    arg
      .split(',')
      .map(part => part.replace(/^.*\//, ''))
      .join(','),
  )
}

async function readVersion({ host }: ClusterUnderTest): Promise<string> {
  // What every apiserver answers.
  const { gitVersion } = (await host.request('GET', '/version')) as { readonly gitVersion: string }
  return gitVersion
}

async function connect(
  { name, clusters, start }: Extract<Question, { clusters: 'any' | 'own' }>,
  { host, members, pids = '', startCommand, profile }: Flags,
  command: Command,
): Promise<ClusterUnderTest> {
  if (host === undefined && members === undefined)
    return startClusters({ ...start, ...(profile !== undefined && { profile }) })
  if (clusters === 'own') command.error(`${name} runs on clusters of its own only`)
  if (host === undefined || members === undefined) command.error('--host and --members go together')
  const served = pids.split(',').filter(pid => pid !== '')
  const operator = served.length === 0 ? undefined : foreignOperator(served.map(Number), startCommand)
  return openClusters({ host, members: members.split(',') }, operator)
}

/** Figures without the machine they come from say nothing. */
function withSurroundings({ report, date, machine, versions, load }: Run & Surroundings): Report {
  const { average1m, busyPercent } = load
  const setting = { ...report.setting, date, ...machine, ...versions, load1m: average1m, busyPercent }
  return { ...report, setting }
}

await main()
