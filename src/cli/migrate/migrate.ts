import { BINDING_KINDS, WORK } from '../../api/kinds.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import type { Client } from '../../kube/client.ts'
import { newDiscovery } from '../../kube/discovery.ts'
import type { Binding, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { ObjectKey } from '../../object/object-key.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import { CommandError } from '../manifests.ts'
import { isOf } from '../plan/world.ts'
import { withScripts } from '../scripted-interpreter.ts'
import { writeYaml } from '../yaml.ts'
import { expectedOfKarmada, removable, removalRows, remove } from './back.ts'
import { claimedOnHost, hostAsMember, missingRights, readOperator, runningFindings } from './checks.ts'
import { type Expected, expectedManifests } from './expected.ts'
import { type Connect, type OpenMembers, withMembers } from './members.ts'
import { movingBindings, movingFindings } from './placement.ts'
import { printReport } from './print.ts'
import { readSource, type Source } from './read-source.ts'
import { blocking, error, type Finding, type MemberRow, type Report } from './report.ts'
import { type Scope, scopeOf } from './scope.ts'
import { rowsOf, type Survey, surveyHost } from './survey.ts'
import { takeOver } from './take-over.ts'
import { memberFindings, verify } from './verify.ts'
import { writeItems } from './write-host.ts'

export const PHASES = ['all', 'prepare', 'verify', 'switch', 'back'] as const
export type Phase = (typeof PHASES)[number]

export interface MigrateOptions {
  readonly phase: Phase
  readonly dryRun: boolean
  /** Members to take over; empty: all. */
  readonly clusters: readonly string[]
  /** `<plural>.<group>` of which all objects are brought, claimed or not. */
  readonly include: readonly string[]
  readonly accept: readonly string[]
  readonly output: 'text' | 'json' | 'yaml'
  readonly lease: ObjectKey
  /** The operator's, as the host's apiserver knows it. */
  readonly operatorUser: string
  readonly timeoutMs: number
}

export interface MigrateDeps {
  readonly source: Client
  readonly host: Client
  readonly connect: Connect
  readonly clock: Clock
  readonly write: (text: string) => void
  /** Tells how far it is, to somebody who waits. */
  readonly tell: (text: string) => void
}

/**
 * Takes an installation of Karmada over (docs/how-to/migrate-from-karmada.md).
 *
 * @returns the exit code: 0, or 1 when something stands in the way.
 * @throws CommandError; StatusError, TransportError when Karmada or the host cannot be asked
 */
export async function migrate(deps: MigrateDeps, options: MigrateOptions, signal: AbortSignal): Promise<number> {
  const [sourceDiscovery, discovery] = [newDiscovery(deps.source), newDiscovery(deps.host)]
  const reading = { client: deps.source, discovery: sourceDiscovery, host: discovery, clock: deps.clock }
  const source = await readSource(reading, options.include, signal)
  checkNames(source, options.clusters)
  const operator = await readOperator({ ...deps, discovery, signal }, options.lease)
  const scope = scopeOf(source, { source: source.id, parkedBy: operator.parkedBy })
  const run: Run = { deps, options, signal, discovery, source, scope, isOperatorLive: operator.live }
  const report = await withMembers(deps.connect, source, members =>
    withScripts(deps.clock, scope.rules, ({ interpreter }) => phase(run, { members, interpreter })),
  )
  deps.write(format(report, options))
  return blocking(report.findings, options.accept).length === 0 ? 0 : 1
}

interface Run {
  readonly deps: MigrateDeps
  readonly options: MigrateOptions
  readonly signal: AbortSignal
  readonly discovery: ReturnType<typeof newDiscovery>
  readonly source: Source
  readonly scope: Scope
  readonly isOperatorLive: boolean
}

interface Asked {
  readonly members: OpenMembers
  readonly interpreter: Interpreter
}

type Outcome = Pick<Report, 'host' | 'members' | 'findings' | 'outcome'>

async function phase(run: Run, asked: Asked): Promise<Report> {
  const { options, source } = run
  const outcome = await (options.phase === 'back' ? goBack(run, asked) : goOn(run, asked))
  return {
    phase: options.phase,
    dryRun: options.dryRun,
    source: {
      id: source.id,
      clusters: source.clusters.map(({ metadata }) => metadata.name),
      running: source.leases.filter(({ live }) => live).map(({ lease }) => lease),
    },
    ...outcome,
  }
}

/** Prepares, verifies, switches: as far as the phase says, and nothing finds fault. */
async function goOn(run: Run, asked: Asked): Promise<Outcome> {
  const { options, scope } = run
  const survey = await surveyOf(run)
  const found = [...scope.findings, ...survey.findings, ...(await preparationFindings(run, survey))]
  const isBlocked = blocking(found, options.accept).length > 0
  if (options.dryRun || options.phase === 'verify' || isBlocked) {
    const { rows, findings } = await check(run, asked, survey)
    const outcome = isBlocked ? stopped(false) : 'Nothing was written.'
    return told({ survey, rows, findings: [...found, ...findings, ...runningFindings(run.source)] }, [outcome])
  }
  for (const part of survey.parts) await writeItems(writing(run), part)
  const written = await surveyOf(run)
  const { rows, findings, expected } = await check(run, asked, written)
  const all = [...found, ...findings]
  if (options.phase === 'prepare') return told({ survey, rows, findings: softened(all) }, PREPARED)
  // What stands on the host acts on nobody before a Cluster is there: only a switch needs Karmada to be still.
  const state = { survey: written, rows, findings: [...all, ...runningFindings(run.source)] }
  if (blocking(state.findings, options.accept).length > 0) return told({ ...state, survey }, [stopped(true)])
  return switchOver(run, asked, { ...state, expected })
}

/** A preparation is told what members would make of it; it does no harm before the switch, which judges again. */
function softened(findings: readonly Finding[]): readonly Finding[] {
  return findings.map(finding => (finding.level === 'error' ? { ...finding, level: 'warning' } : finding))
}

const PREPARED = [
  'Prepared: all is on the host but the Clusters, so no member is touched. Look at it, run --phase verify as often as you like,',
  "stop Karmada's controllers, then run --phase switch.",
]

function stopped(wrote: boolean): string {
  return wrote
    ? 'Stopped before any member was touched. Mend what is told above, or accept it with --accept CODE, and run this again.'
    : 'Nothing was written. Mend what is told above, or accept it with --accept CODE.'
}

interface State {
  readonly survey: Survey
  readonly rows: readonly MemberRow[]
  readonly findings: readonly Finding[]
}

function told({ survey, rows, findings }: State, outcome: readonly string[]): Outcome {
  return { host: rowsOf(survey), members: rows, findings, outcome }
}

async function switchOver(
  run: Run,
  asked: Asked,
  state: State & { readonly expected: readonly Expected[] },
): Promise<Outcome> {
  const { deps, options, source } = run
  const names = state.survey.members.map(({ name }) => name).filter(name => isWanted(options, name))
  const left = await takeOver(
    { ...writing(run), members: asked.members, timeoutMs: options.timeoutMs, tell: deps.tell },
    { survey: state.survey, source: source.id, names, expected: state.expected, accepted: options.accept },
  )
  const done = blocking(left, options.accept).length === 0
  const word = done
    ? `Taken over: ${names.filter(name => asked.members.has(name)).join(', ')}. Karmada's apiservers can stay until you are sure; its controllers must stay stopped.`
    : 'Not all is taken over yet. Nothing is lost: mend what is told above and run this again.'
  return told({ ...state, survey: await surveyOf(run), findings: [...state.findings, ...left] }, [word])
}

function isWanted({ clusters }: MigrateOptions, name: string): boolean {
  return clusters.length === 0 || clusters.includes(name)
}

function writing({ deps, discovery, signal }: Run) {
  return { host: deps.host, discovery, clock: deps.clock, signal }
}

function surveyOf({ deps, discovery, signal, scope, source }: Run): Promise<Survey> {
  return surveyHost({ host: deps.host, discovery, signal }, scope, source.id)
}

async function preparationFindings(run: Run, { opened }: Survey): Promise<readonly Finding[]> {
  const { deps, discovery, signal, scope, source, options, isOperatorLive } = run
  const checks = { host: deps.host, discovery, clock: deps.clock, signal }
  const operator = isOperatorLive
    ? []
    : [
        error(
          'NoOperator',
          `No operator is at work on the host: nobody renews the Lease ${options.lease.namespace}/${options.lease.name}`,
        ),
      ]
  const same = await hostAsMember(checks, source)
  const claimed = opened ? [] : await claimedOnHost(checks, scope)
  return [...operator, ...same, ...claimed, ...(await missingRights(checks, scope, options.operatorUser))]
}

interface Checked {
  readonly expected: readonly Expected[]
  readonly rows: readonly MemberRow[]
  readonly findings: readonly Finding[]
}

/** What the operator will do in the members and with the bindings, as far as they are not taken over yet. */
async function check({ options, source, signal, deps }: Run, asked: Asked, survey: Survey): Promise<Checked> {
  const [, definitions = [], rules = [], bindings = [], works = [], templates = []] = survey.parts.map(part =>
    part.map(({ existing, wanted }): KubeObject => existing ?? wanted),
  )
  const placed = BINDING_KINDS.flatMap(kind => bindings.filter(isOf<Binding>(kind)))
  const expected = await expectedManifests({
    bindings: placed,
    templates: [...definitions, ...templates],
    works: works.filter(isOf<Work>(WORK)),
    rules,
    clusters: source.clusters,
    interpreter: asked.interpreter,
  })
  const due = expected.filter(({ cluster }) => isWanted(options, cluster) && asked.members.has(cluster))
  const rows = await verify({ ...asked, signal }, due)
  const moving = movingBindings({ bindings: placed, clusters: source.clusters, now: timestamp(deps.clock) })
  return { expected, rows, findings: [...memberFindings(rows), ...movingFindings(moving)] }
}

/** Leaves the host, and says what Karmada will do when it is at work again. */
async function goBack(run: Run, asked: Asked): Promise<Outcome> {
  const { deps, options, source, signal, discovery, isOperatorLive } = run
  const survey = await surveyOf(run)
  const rows = await verify({ ...asked, signal }, expectedOfKarmada(source))
  const { namespace, name } = options.lease
  const running = isOperatorLive
    ? [
        error(
          'OperatorRuns',
          `The operator is at work: stop it first (kubectl -n ${namespace} scale deployment ${name} --replicas=0)`,
        ),
      ]
    : []
  const findings = [...running, ...memberFindings(rows)]
  const objects = await removable({ host: deps.host, discovery, signal }, survey, source.id)
  const state = { host: removalRows(objects), members: rows, findings }
  if (options.dryRun) return { ...state, outcome: ['Nothing was written.'] }
  if (blocking(findings, options.accept).length > 0) return { ...state, outcome: [stopped(false)] }
  await remove({ host: deps.host, discovery, signal }, objects)
  return {
    ...state,
    outcome: [
      "The host is left, and no member was touched. Start Karmada's controllers again: it goes on with what it knew.",
    ],
  }
}

function checkNames({ clusters }: Source, names: readonly string[]): void {
  const known = clusters.map(({ metadata }) => metadata.name)
  const unknown = names.filter(name => !known.includes(name))
  if (unknown.length > 0)
    throw new CommandError(`Karmada has no Cluster ${unknown.join(', ')}; it has ${known.join(', ')}`)
}

function format(report: Report, { output, accept }: MigrateOptions): string {
  if (output === 'text') return printReport(report, accept)
  return output === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : writeYaml(report)
}
