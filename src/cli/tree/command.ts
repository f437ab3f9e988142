import { Option } from 'commander'
import { aboutFleet, type FleetCommandFlags } from '../fleet/on-fleet.ts'
import { openMembers } from '../fleet/open-members.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'
import { tree } from '../tree.ts'

interface TreeFlags extends FleetCommandFlags {
  readonly namespace?: string
  readonly members: boolean
  readonly output: 'tree' | 'json'
}

export const defineTree: DefineCommand = (program, terminal) => {
  aboutFleet(program.command('tree'))
    .argument('<kind/name...>', 'the template: deployment/web, or deployment web')
    .description('The way of a template: its binding, its Works, what each member has of it, with state and age.')
    .option('-n, --namespace <name>', 'namespace of the template; default: that of the context')
    .option('--no-members', 'do not look into members')
    .addOption(new Option('-o, --output <format>', 'how to print it').choices(['tree', 'json']).default('tree'))
    .action(async (words: readonly string[], flags: TreeFlags) => {
      const namespace = flags.namespace ?? terminal.namespaceOf(program.opts<ClusterFlags>())
      const { output, clusters, asMemberCredential } = flags
      const { clock, write } = terminal
      const run = terminal.onCluster(program.opts<ClusterFlags>(), (host, signal) => {
        const open = (names: readonly string[]) => {
          const chosen = clusters.length === 0 ? names : names.filter(name => clusters.includes(name))
          return openMembers(host, { clusters: chosen, asMemberCredential, lenient: true }, signal)
        }
        const deps = { host, nowMs: clock.nowMs(), write, ...(flags.members && { openMembers: open }) }
        return tree(deps, { words, namespace, output }, signal)
      })
      terminal.setExitCode(await run)
    })
}
