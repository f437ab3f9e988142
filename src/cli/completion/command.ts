import { Argument } from 'commander'
import { CLUSTER } from '../../api/kinds.ts'
import type { ClusterFlags, DefineCommand, Terminal } from '../terminal.ts'
import { candidatesFor } from './candidates.ts'
import { FILES, SCRIPTS, SHELLS, type Shell } from './scripts.ts'

/** Who types does not wait longer for names. */
const NAMES_LIMIT_MS = 3_000

export const defineCompletion: DefineCommand = (program, terminal) => {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'yours').choices(SHELLS))
    .description('Prints the script by which a shell completes commands, options and names of clusters.')
    .action((shell: Shell) => terminal.write(SCRIPTS[shell]))
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (typed: readonly string[]) => {
      const found = candidatesFor(program, typed)
      if (found.type === 'files') return terminal.write(`${FILES}\n`)
      const words = found.type === 'words' ? found.words : await clusterNames(terminal, flagsIn(typed))
      // After `--output=` the shell knows what stands before.
      const begun = (typed.at(-1) ?? '').replace(/^--[\w-]+=/, '')
      terminal.write(words.flatMap(word => (word.startsWith(begun) ? [`${word}\n`] : [])).join(''))
    })
}

/** The host that a line names so far. */
function flagsIn(typed: readonly string[]): ClusterFlags {
  const given = (name: string): string | undefined => {
    const at = typed.indexOf(name)
    return at < 0 ? typed.find(word => word.startsWith(`${name}=`))?.slice(name.length + 1) : typed[at + 1]
  }
  const [kubeconfig, context] = [given('--kubeconfig'), given('--context') ?? given('--karmada-context')]
  return { ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) }
}

/** @returns none where the host does not answer: a completion has nobody to tell. */
async function clusterNames(terminal: Terminal, flags: ClusterFlags): Promise<readonly string[]> {
  try {
    return await terminal.onCluster(flags, async (client, signal) => {
      const { items } = await client.list(CLUSTER, { content: 'metadata' }, { signal, timeoutMs: NAMES_LIMIT_MS })
      return items.map(({ metadata }) => metadata.name)
    })
  } catch {
    return []
  }
}
