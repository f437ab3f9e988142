import type { Taint } from '../../api/generated/cluster.ts'
import { TAINT } from '../../api/names.ts'
import { timestamp } from '../../runtime/clock.ts'
import { CommandError } from '../manifests.ts'
import type { ClusterFlags, DefineCommand, Terminal } from '../terminal.ts'
import { editTaints, parseTaintEdit } from './edit-taints.ts'
import { writeTaints } from './write-taints.ts'

const CORDON: Taint = { key: TAINT.unschedulable, effect: 'NoSchedule' }
/** karmadactl's word between command and name. */
const NOUNS: readonly string[] = ['cluster', 'clusters']

export const defineCordon: DefineCommand = (program, terminal) => {
  program
    .command('cordon')
    .argument('<name>', 'of a cluster')
    .description('Lets nothing new onto a cluster. What is there stays.')
    .action(async (name: string) => {
      const changed = await write(terminal, program.opts<ClusterFlags>(), name, taints =>
        editTaints(taints, [{ type: 'add', taint: CORDON }], { overwrite: true, now: timestamp(terminal.clock) }),
      )
      terminal.write(`cluster ${name} ${changed ? 'cordoned' : 'was cordoned already'}\n`)
    })
}

export const defineUncordon: DefineCommand = (program, terminal) => {
  program
    .command('uncordon')
    .argument('<name>', 'of a cluster')
    .description('Lets new work onto a cluster again, after cordon or drain.')
    .action(async (name: string) => {
      const changed = await write(terminal, program.opts<ClusterFlags>(), name, uncordoned)
      terminal.write(`cluster ${name} ${changed ? 'uncordoned' : 'was not cordoned'}\n`)
    })
}

/** @returns the same list when the cluster is not cordoned. */
function uncordoned(taints: readonly Taint[]): readonly Taint[] {
  const kept = taints.filter(({ key, effect }) => key !== CORDON.key || effect !== CORDON.effect)
  return kept.length === taints.length ? taints : kept
}

export const defineTaint: DefineCommand = (program, terminal) => {
  program
    .command('taint')
    .argument('<name>', 'of a cluster')
    .argument('<taints...>', 'KEY=VALUE:EFFECT adds one, KEY:EFFECT- or KEY- removes it')
    .description('Adds and removes taints of a cluster, as kubectl taint does for nodes.')
    .option('--overwrite', 'gives another value to a taint that is there', false)
    .action(async (first: string, rest: readonly string[], { overwrite }: { readonly overwrite: boolean }) => {
      const [name = '', ...texts] = NOUNS.includes(first) ? rest : [first, ...rest]
      if (texts.length === 0) throw new CommandError(`name the taints of cluster ${name}: flotilla taint --help`)
      const edits = texts.map(parseTaintEdit)
      const options = { overwrite, now: timestamp(terminal.clock) }
      const flags = program.opts<ClusterFlags>()
      const changed = await write(terminal, flags, name, taints => editTaints(taints, edits, options))
      terminal.write(`cluster ${name} ${changed ? 'tainted' : 'has these taints already'}\n`)
    })
}

function write(
  terminal: Terminal,
  flags: ClusterFlags,
  ...[name, edit]: readonly [string, (taints: readonly Taint[]) => readonly Taint[]]
): Promise<boolean> {
  return terminal.onCluster(flags, (client, signal) => writeTaints(client, { name, edit }, signal))
}
