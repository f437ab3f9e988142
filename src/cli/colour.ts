import type { Surroundings } from './terminal.ts'

/** What a word tells, by which it is coloured. */
export type Tone = 'good' | 'care' | 'bad' | 'faint'

const CODES: Readonly<Record<Tone, number>> = { good: 32, care: 33, bad: 31, faint: 2 }
const ESCAPE = '\u001B['

export type Paint = (text: string, tone: Tone) => string

/** Leaves texts as they are. */
export const plain: Paint = text => text

/** Colours where somebody sees them, and has not said NO_COLOR. @source no-color.org */
export function newPaint({ isTerminal, env }: Pick<Surroundings, 'isTerminal' | 'env'>): Paint {
  const isOff = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return isTerminal && !isOff ? (text, tone) => `${ESCAPE}${CODES[tone]}m${text}${ESCAPE}0m` : plain
}
