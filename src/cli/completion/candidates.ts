import type { Command, Option } from 'commander'

/** What may stand at the end of a command line. */
export type Candidates =
  | { readonly type: 'words'; readonly words: readonly string[] }
  | { readonly type: 'files' }
  /** Names of member clusters; the host knows them. */
  | { readonly type: 'clusters' }

/** Their first argument is a cluster that has joined. */
const ABOUT_CLUSTERS = new Set(['unjoin', 'cordon', 'uncordon', 'taint', 'drain'])
const CLUSTER_OPTIONS = new Set(['--cluster'])
const NOTHING: Candidates = { type: 'words', words: [] }
const words = (list: readonly string[]): Candidates => ({ type: 'words', words: list })

/**
 * What may come next on a command line.
 *
 * @param typed the words after the program's name; the last one is being typed, and '' when it has not begun.
 */
export function candidatesFor(program: Command, typed: readonly string[]): Candidates {
  const current = typed.at(-1) ?? ''
  const before = typed.slice(0, -1)
  const { command, position } = commandOf(program, before)
  const options = [...command.options, ...(command === program ? [] : program.options)].filter(({ hidden }) => !hidden)
  const open = optionOf(options, before, current)
  if (open !== undefined) return valuesOf(open)
  if (current.startsWith('-')) return words([...options.flatMap(({ long }) => long ?? []), '--help'])
  if (command === program) return words(visibleCommands(program))
  if (position === 0 && ABOUT_CLUSTERS.has(command.name())) return { type: 'clusters' }
  const choices = command.registeredArguments[position]?.argChoices
  return choices === undefined ? NOTHING : words(choices)
}

function visibleCommands(program: Command): readonly string[] {
  return [
    ...program
      .createHelp()
      .visibleCommands(program)
      .map(command => command.name()),
  ].toSorted()
}

/** The command of a line, and how many of its arguments are there. */
function commandOf(
  program: Command,
  typed: readonly string[],
): { readonly command: Command; readonly position: number } {
  let command = program
  let position = 0
  for (const [index, word] of typed.entries()) {
    if (word.startsWith('-') || optionOf([...command.options, ...program.options], typed.slice(0, index), word))
      continue
    const inner = command.commands.find(each => each.name() === word)
    if (inner === undefined) position += 1
    else [command, position] = [inner, 0]
  }
  return { command, position }
}

/** The option whose value a word is: `--cluster <word>` or `--cluster=<word>`. */
function optionOf(options: readonly Option[], before: readonly string[], word: string): Option | undefined {
  const [name, ...rest] = word.split('=')
  if (word.startsWith('--') && rest.length > 0) return options.find(({ long, required }) => required && long === name)
  const previous = before.at(-1) ?? ''
  return options.find(({ long, short, required }) => required && (long === previous || short === previous))
}

function valuesOf({ argChoices, flags, long = '' }: Option): Candidates {
  if (argChoices !== undefined) return words(argChoices)
  if (flags.includes('<file>')) return { type: 'files' }
  return CLUSTER_OPTIONS.has(long) ? { type: 'clusters' } : NOTHING
}
