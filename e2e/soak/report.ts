import type { Holdings, HostState } from './states.ts'
import type { Phase, Walk } from './walk.ts'

/** What was found at the end of a walk. */
export interface Findings extends Walk {
  readonly found: readonly string[]
  /** What the members hold now. */
  readonly holdings: Holdings
  readonly host: HostState
}

/** The members are not as asked for. */
export class Deviation extends Error {
  override readonly name = 'Deviation'
  readonly findings: Findings

  constructor(findings: Findings) {
    super(findings.found.join('\n'))
    this.findings = findings
  }
}

export interface DeviationReport extends Findings {
  readonly seed: number
  /** The directory with the operators' logs. */
  readonly logs: string
  /** What came of the search for the least that leads there too. */
  readonly shrunk: Shrunk
}

export interface Shrunk {
  readonly history: readonly Phase[]
  /** How often a history was walked anew, and how often it led to a difference again. */
  readonly tries: number
  readonly reproduced: number
}

/** @returns all that is needed to see a difference again. */
export function renderReport({ seed, logs, shrunk, found, ...states }: DeviationReport): string {
  const { history, tries, reproduced } = shrunk
  const { versions: _, ...host } = states.host
  return [
    `SOAK_SEED=${seed}: differences after ${states.history.length} phases`,
    ...found.map(line => `  ${line}`),
    `asked for: ${render(states.world)}`,
    `members hold: ${render(states.holdings)}`,
    `the host says: ${render(host)}`,
    reproduced === 0
      ? `walked anew ${tries} times, which never led to a difference; the whole history:`
      : `the least that led to a difference, in ${reproduced} of ${tries} walks:`,
    ...(reproduced === 0 ? states.history : history).map(phase => `  ${render(phase)}`),
    `logs of the operators: ${logs}`,
  ].join('\n')
}

function render(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Map) return Object.fromEntries(part)
    return part instanceof Set ? [...part] : part
  })
}
