import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import { expect } from '@jest/globals'
import type { Fleet } from '../controlplane/fleet.ts'
import type { SupervisedProcess } from '../controlplane/supervisor.ts'
import type { RunningOperator } from '../operator.ts'
import { pagesOf, sweep, type Text } from './sweep.ts'

/** The programs of a suite, which may have ended. */
export interface SweptPrograms {
  /** The folder of their logs. */
  readonly logs: string
  readonly operators: readonly Pick<RunningOperator, 'process' | 'metricsUrl'>[]
  readonly agents?: readonly SupervisedProcess[]
  /** What programs have said that run elsewhere. */
  readonly texts?: readonly Text[]
}

/**
 * No test may leave a secret where others read: each suite looks at its end, at all that it can still reach.
 *
 * @throws when it finds one.
 */
export async function sweepFleet(
  { host, members }: Pick<Fleet, 'host' | 'members'>,
  { logs, operators, agents = [], texts = [] }: SweptPrograms,
): Promise<void> {
  await sweep({
    suite: basename(expect.getState().testPath ?? ''),
    clusters: [host, ...members],
    logs,
    metricsUrls: operators.filter(({ process }) => process.running).map(({ metricsUrl }) => metricsUrl),
    texts: [...texts, ...(await Promise.all(agents.filter(({ running }) => running).map(pagesOfAgent))).flat()],
  })
}

/** Ends a suite: searches all that its programs have said, stops them, and removes the logs unless KEEP_LOGS is set. */
export async function endFleet(fleet: Fleet | undefined, programs: SweptPrograms): Promise<void> {
  try {
    if (fleet !== undefined) await sweepFleet(fleet, programs)
  } finally {
    await fleet?.stop()
    if (process.env['KEEP_LOGS'] === undefined) rmSync(programs.logs, { recursive: true, force: true })
  }
}

/** Under another name than an operator's: its rights on the host are no operator's. */
async function pagesOfAgent({ spec: { name, args } }: SupervisedProcess): Promise<readonly Text[]> {
  const at = args.indexOf('--bind-address')
  const pages = at < 0 ? [] : await pagesOf(`http://${args[at + 1]}/metrics`)
  return pages.map(({ where, text }) => ({ where: `${where} of ${name}`, text }))
}
