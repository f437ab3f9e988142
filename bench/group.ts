import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Question } from './question.ts'
import { awaitQuiet } from './surroundings.ts'

/** How long a question may wait for the machine to come to rest after the one before. */
const REST_LIMIT_MS = 60_000
const LIMIT_MS = 3_600_000
const MAIN = join(import.meta.dirname, 'main.ts')
const REPORT = join(import.meta.dirname, '..', 'scripts', 'generate-performance.ts')

/** How it went. */
interface Outcome {
  readonly name: string
  readonly seconds: number
  /** Why it has no answer. */
  readonly problem: string | undefined
  /** Why it was not asked. */
  readonly hindrance?: string
}

/**
 * Asks one question after the other, each in a process of its own, and then writes the report. What fails is told, and the rest
 * goes on; what cannot be asked here is left out and told.
 *
 * @param flags given to each; with --objects all are asked with that number
 * @returns whether all that were asked were answered
 */
export async function askAll(questions: readonly Question[], flags: readonly string[]): Promise<boolean> {
  const outcomes: Outcome[] = []
  const wanted = questions.flatMap(question =>
    [undefined, ...(flags.includes('--objects') ? [] : (question.also ?? []))].map(size => ({ question, size })),
  )
  for (const [index, { question, size }] of wanted.entries()) {
    const words = [question.name, ...(size === undefined ? [] : ['--objects', String(size)])]
    const name = words.join(' ')
    const hindrance = question.hindrance?.()
    if (hindrance !== undefined) {
      outcomes.push({ name, seconds: 0, problem: undefined, hindrance })
      continue
    }
    await awaitQuiet(REST_LIMIT_MS)
    tell(`\n${index + 1} of ${wanted.length}: ${name}: ${question.asks}\n`)
    const outcome = await run(name, [MAIN, ...words, ...flags])
    outcomes.push(outcome)
    tell(`${name}: ${outcome.problem ?? 'done'} after ${formatSeconds(outcome.seconds)}\n`)
  }
  if (flags.includes('--save')) outcomes.push(await run('report', [REPORT]))
  tell(`\n${outcomes.map(formatOutcome).join('\n')}\n`)
  return outcomes.every(({ problem }) => problem === undefined)
}

async function run(name: string, args: readonly string[]): Promise<Outcome> {
  const startMs = performance.now()
  const signal = AbortSignal.timeout(LIMIT_MS)
  const child = spawn(process.execPath, args, { stdio: 'inherit', signal })
  const problem = await problemOf(child)
  return { name, seconds: (performance.now() - startMs) / 1000, problem }
}

async function problemOf(child: ReturnType<typeof spawn>): Promise<string | undefined> {
  try {
    const [code, signal] = await once(child, 'exit')
    return code === 0 ? undefined : `FAILED with ${code ?? signal}`
  } catch (error) {
    return `FAILED: ${error instanceof Error ? error.message : String(error)}`
  }
}

function formatOutcome({ name, seconds, problem, hindrance }: Outcome): string {
  const [took, what] =
    hindrance === undefined ? [formatSeconds(seconds), problem ?? 'ok'] : ['', `left out: ${hindrance}`]
  return `${name.padEnd(28)}${took.padStart(10)}  ${what}`
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

function tell(text: string): void {
  process.stdout.write(text)
}
