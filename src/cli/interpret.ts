import type { ScriptCalls } from '../interpreter/customization/script-calls.ts'
import { findConflicts } from '../interpreter/customization/script-conflicts.ts'
import { scriptsOf } from '../interpreter/customization/script-index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { ResourceInterpreterCustomization } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Clock } from '../runtime/clock.ts'
import { type Case, type Outcome, readCases, readStatus, verdictOf } from './interpret/cases.ts'
import { type Input, interpretObject } from './interpret/operations.ts'
import { CommandError, type ManifestText, readManifests } from './manifests.ts'
import { withScripts } from './scripted-interpreter.ts'
import { readYaml, writeYaml } from './yaml.ts'

export interface InterpretOptions {
  /** ResourceInterpreterCustomizations; none: what is built in is asked. */
  readonly files: readonly ManifestText[]
  readonly operation?: string
  readonly desired?: ManifestText
  readonly observed?: ManifestText
  /** What members report, as a list. */
  readonly status?: ManifestText
  readonly replicas?: number
  /** Cases to run instead of one operation. */
  readonly tests: readonly ManifestText[]
  readonly output: 'yaml' | 'json'
}

export interface InterpretDeps {
  readonly write: (text: string) => void
  readonly clock: Clock
}

/**
 * Runs the scripts of customizations as the operator does: one operation, or a file of cases, or else a check of all scripts.
 * No cluster is asked.
 *
 * @returns the exit code: 0, or 1 when a script or a case fails
 * @throws CommandError for what is wrong with the call; ReconcileError ScriptFailed for an operation that fails
 */
export async function interpret({ write, clock }: InterpretDeps, options: InterpretOptions): Promise<number> {
  const objects = options.files.flatMap(readManifests)
  return withScripts(clock, objects, async ({ interpreter, calls, customizations }) => {
    if (options.tests.length > 0) return runCases(interpreter, options.tests.flatMap(readCases), write)
    if (options.operation === undefined) return check(calls, customizations, write)
    const result = await interpretObject(interpreter, options.operation, inputOf(options))
    write(options.output === 'json' ? `${JSON.stringify(result ?? null, undefined, 2)}\n` : writeYaml(result ?? null))
    return 0
  })
}

function inputOf({ desired, observed, status, replicas }: InterpretOptions): Input {
  return {
    ...(desired && { desired: only(desired) }),
    ...(observed && { observed: only(observed) }),
    ...(status && { status: readStatus(readYaml(status.text), status.source) }),
    ...(replicas !== undefined && { replicas }),
  }
}

function only(file: ManifestText): KubeObject {
  const [object, ...others] = readManifests(file)
  if (object === undefined || others.length > 0) throw new CommandError(`${file.source}: one object is wanted`)
  return object
}

async function runCases(
  interpreter: Interpreter,
  cases: readonly Case[],
  write: InterpretDeps['write'],
): Promise<number> {
  let failed = 0
  for (const each of cases) {
    const problem = verdictOf(each, await outcomeOf(interpreter, each))
    if (problem !== undefined) failed += 1
    write(problem === undefined ? `ok    ${each.name}\n` : `FAIL  ${each.name}\n      ${each.operation} ${problem}\n`)
  }
  write(`${cases.length - failed} passed, ${failed} failed\n`)
  return failed === 0 && cases.length > 0 ? 0 : 1
}

async function outcomeOf(interpreter: Interpreter, { operation, input }: Case): Promise<Outcome> {
  try {
    return { result: await interpretObject(interpreter, operation, input) }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

async function check(
  calls: ScriptCalls,
  customizations: readonly ResourceInterpreterCustomization[],
  write: InterpretDeps['write'],
): Promise<number> {
  if (customizations.length === 0)
    throw new CommandError('no file has a ResourceInterpreterCustomization: nothing to check')
  let failed = 0
  for (const customization of customizations) {
    const problems = [...findConflicts(customization, customizations), ...(await invalid(calls, customization))]
    failed += problems.length
    const count = scriptsOf(customization).length
    write(
      `${customization.metadata.name}: ${problems.length === 0 ? `${count} scripts can be loaded` : problems.join('\n  ')}\n`,
    )
  }
  return failed === 0 ? 0 : 1
}

async function invalid(
  calls: ScriptCalls,
  customization: ResourceInterpreterCustomization,
): Promise<readonly string[]> {
  const outcomes = await Promise.allSettled(scriptsOf(customization).map(script => calls.check(script)))
  return outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [] : [outcome.reason.message]))
}
