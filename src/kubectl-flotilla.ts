import { readdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { API_VERSION } from './api/generated/crds.ts'
import type { ExpectedAdmission } from './cli/doctor/examine.ts'
import { doctor } from './cli/doctor.ts'
import { OPERATION_NAMES } from './cli/interpret/operations.ts'
import { interpret } from './cli/interpret.ts'
import { CommandError, type ManifestText } from './cli/manifests.ts'
import { onHost } from './cli/plan/read-host.ts'
import type { World } from './cli/plan/world.ts'
import { plan } from './cli/plan.ts'
import { diff, type RenderDeps, type RenderOptions, render } from './cli/render.ts'
import { DEFAULT_CONFIGURATION } from './configuration.ts'
import type { Client } from './kube/client.ts'
import { newDiscovery } from './kube/discovery.ts'
import { newClient } from './kube/new-client.ts'
import { readUserKubeconfig } from './kube/user-kubeconfig.ts'
import { parkingPolicies } from './registration/policies/parking.ts'
import { listAdmissionPolicies } from './registration/policies/registry.ts'
import { systemClock } from './runtime/clock.ts'

/** Everything that a command asks is answered within this, or it says so. In milliseconds. */
const REQUEST_LIMIT_MS = 15_000
const KEEP_ALIVE_MS = 60_000

interface GlobalFlags {
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace: string
}

interface DoctorFlags {
  readonly lease: string
  readonly output: 'text' | 'json'
}

interface PlanFlags {
  readonly filename: readonly string[]
  readonly clusters?: string
  readonly whatIf: readonly string[]
  readonly output: 'table' | 'json' | 'yaml'
}

interface InterpretFlags {
  readonly filename: readonly string[]
  readonly operation?: string
  readonly desired?: string
  readonly observed?: string
  readonly status?: string
  readonly replicas?: string
  readonly test: readonly string[]
  readonly output: 'yaml' | 'json'
}

interface RenderFlags {
  readonly filename: readonly string[]
  readonly cluster: string
  readonly clusters?: string
  readonly replicas?: string
  readonly output: 'yaml' | 'json'
}

/** Runs a command against the user's cluster. */
async function withHost<T>(flags: GlobalFlags, run: (host: Client, signal: AbortSignal) => Promise<T>): Promise<T> {
  const { kubeconfig, context } = flags
  const server = await readUserKubeconfig({
    ...(kubeconfig !== undefined && { file: kubeconfig }),
    ...(context !== undefined && { context }),
    env: process.env,
    home: homedir(),
  })
  const host = newClient(server, { limits: { timeoutMs: REQUEST_LIMIT_MS, maxRetries: 1 } })
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort(new Error('interrupted')))
  // Timers and connections of ours do not keep a process alive.
  const keepAlive = setInterval(() => {}, KEEP_ALIVE_MS)
  try {
    return await run(host, interrupted.signal)
  } finally {
    clearInterval(keepAlive)
    await host.close()
  }
}

/** Only names and kinds count: who the operator is, makes no difference to them. */
const expectedAdmission: ExpectedAdmission = parks => [
  ...listAdmissionPolicies('').flat(),
  ...(parks ? parkingPolicies({ namespace: '', operatorUser: '', skippedNamespaces: [] }) : []),
]

function newProgram(): Command {
  const program = new Command('flotilla')
    .description('Looks after a host of Flotilla, with the rights of your kubeconfig.')
    .version(API_VERSION)
    .option('--kubeconfig <file>', 'kubeconfig of the host; default: $KUBECONFIG, else ~/.kube/config')
    .option('--context <name>', 'context of that kubeconfig; default: its current one')
    .option('-n, --namespace <name>', "the operator's namespace", DEFAULT_CONFIGURATION.namespace)
  addDoctor(program)
  addPlan(program)
  addInterpret(program)
  addRender(program)
  addDiff(program)
  return program
}

function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Tells what kind of host it is and what follows, and how operator, API, admission policies and members stand.',
    )
    .option('--lease <name>', "name of the operator's Lease", DEFAULT_CONFIGURATION.leaderElection.leaseName)
    .addOption(new Option('-o, --output <format>', 'how to tell it').choices(['text', 'json']).default('text'))
    .action(async ({ lease, output }: DoctorFlags) => {
      const flags = program.opts<GlobalFlags>()
      process.exitCode = await withHost(flags, (client, signal) =>
        doctor(
          { client, clock: systemClock, write: text => void process.stdout.write(text) },
          {
            lease: { namespace: flags.namespace, name: lease },
            output,
            admission: expectedAdmission,
          },
          signal,
        ),
      )
    })
}

function addPlan(program: Command): void {
  program
    .command('plan')
    .description(
      'Tells where templates would go under policies, and why, with the scheduler of the operator. Nothing is written.',
    )
    .option(
      '-f, --filename <file>',
      'policies and templates in YAML or JSON: a file, a folder, - for standard input; repeated',
      together,
      [],
    )
    .option('--clusters <file>', 'Clusters, as kubectl get clusters -o yaml writes them: then no host is asked')
    .option(
      '--what-if <change>',
      'drain=CLUSTER, taint=CLUSTER:KEY=VALUE:EFFECT, label=CLUSTER:KEY=VALUE or replicas=NUMBER; repeated',
      together,
      [],
    )
    .addOption(
      new Option('-o, --output <format>', 'how to tell it').choices(['table', 'json', 'yaml']).default('table'),
    )
    .action(async ({ filename, clusters, whatIf, output }: PlanFlags) => {
      const flags = program.opts<GlobalFlags>()
      process.exitCode = await plan(
        {
          write: text => void process.stdout.write(text),
          onHost: files => withHost<World>(flags, (client, signal) => onHost(client, files, signal)),
        },
        {
          files: filename.flatMap(readManifestTexts),
          ...(clusters !== undefined && { clusters: readManifestText(clusters) }),
          whatIf,
          output,
        },
      )
    })
}

function addInterpret(program: Command): void {
  program
    .command('interpret')
    .description(
      'Runs the scripts of ResourceInterpreterCustomizations as the operator does, offline: one operation, a file of cases, or a check.',
    )
    .option('-f, --filename <file>', 'customizations: a file, a folder, - for standard input; repeated', together, [])
    .addOption(new Option('--operation <name>', 'what to ask; default: scripts are checked').choices(OPERATION_NAMES))
    .option('--desired <file>', 'the template on the host')
    .option('--observed <file>', 'the object in a member')
    .option('--status <file>', 'what members report: a list of items with clusterName and status')
    .option('--replicas <number>', 'for ReviseReplica')
    .option('--test <file>', 'cases with what they must give; repeated', together, [])
    .addOption(new Option('-o, --output <format>', 'of the result').choices(['yaml', 'json']).default('yaml'))
    .action(async ({ filename, desired, observed, status, replicas, test, ...others }: InterpretFlags) => {
      process.exitCode = await interpret(
        { write: text => void process.stdout.write(text), clock: systemClock },
        {
          ...others,
          files: filename.flatMap(readManifestTexts),
          tests: test.map(readManifestText),
          ...(desired !== undefined && { desired: readManifestText(desired) }),
          ...(observed !== undefined && { observed: readManifestText(observed) }),
          ...(status !== undefined && { status: readManifestText(status) }),
          ...(replicas !== undefined && { replicas: Number(replicas) }),
        },
      )
    })
}

function addRender(program: Command): void {
  aboutMember(program.command('render'))
    .description('Prints what a member would get of templates under policies and override policies, offline.')
    .addOption(new Option('-o, --output <format>', 'of the manifests').choices(['yaml', 'json']).default('yaml'))
    .action(async (flags: RenderFlags) => {
      process.exitCode = await render(RENDER_DEPS, renderOptions(flags))
    })
}

function addDiff(program: Command): void {
  aboutMember(program.command('diff'))
    .description(
      'Compares what a member would get with what it has; --kubeconfig and --context are those of the member here. Nothing is written.',
    )
    .action(async (flags: RenderFlags) => {
      process.exitCode = await withHost(program.opts<GlobalFlags>(), (client, signal) =>
        diff(RENDER_DEPS, renderOptions(flags), { client, discovery: newDiscovery(client), signal }),
      )
    })
}

const RENDER_DEPS: RenderDeps = {
  write: text => void process.stdout.write(text),
  warn: text => void process.stderr.write(text),
  clock: systemClock,
}

function aboutMember(command: Command): Command {
  return command
    .option(
      '-f, --filename <file>',
      'templates, policies, customizations: a file, a folder, - for standard input; repeated',
      together,
      [],
    )
    .requiredOption('--cluster <name>', 'the member')
    .option('--clusters <file>', 'Clusters, as kubectl get clusters -o yaml writes them, for labels and the scheduler')
    .option('--replicas <number>', "the member's share; default: what the scheduler gives it, or all")
}

function renderOptions({ filename, cluster, clusters, replicas, output = 'yaml' }: RenderFlags): RenderOptions {
  return {
    files: filename.flatMap(readManifestTexts),
    cluster,
    output,
    ...(clusters !== undefined && { clusters: readManifestText(clusters) }),
    ...(replicas !== undefined && { replicas: Number(replicas) }),
  }
}

function together(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

const STANDARD_INPUT = 0
const MANIFEST_FILE = /\.(ya?ml|json)$/

/** Of a folder all manifests that are right in it, as with kubectl. */
function readManifestTexts(path: string): readonly ManifestText[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [readManifestText(path)]
  const names = readdirSync(path).filter(name => MANIFEST_FILE.test(name))
  return names.sort().map(name => readManifestText(join(path, name)))
}

/** @throws CommandError when the file cannot be read. */
function readManifestText(file: string): ManifestText {
  try {
    return { source: file, text: readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8') }
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error))
  }
}

newProgram()
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    process.stderr.write(`flotilla: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
