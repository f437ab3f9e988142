import type { Command } from 'commander'
import { aboutFleet, type FleetCommandFlags, onFleet } from '../fleet/on-fleet.ts'
import type { ClusterFlags, DefineCommand, Terminal } from '../terminal.ts'
import { topClusters, topNodes, topPods } from '../top.ts'

interface TopFlags extends FleetCommandFlags {
  readonly namespace?: string
  readonly allNamespaces: boolean
  readonly selector?: string
}

export const defineTop: DefineCommand = (program, terminal) => {
  const top = program.command('top').description('What is used: by nodes, by pods, or asked for in whole members.')
  addClusters(top, { program, terminal })
  addNodes(top, { program, terminal })
  addPods(top, { program, terminal })
}

interface Around {
  readonly program: Command
  readonly terminal: Terminal
}

function addClusters(top: Command, { program, terminal }: Around): void {
  top
    .command('clusters')
    .argument('[names...]', 'members; default: all')
    .description('What pods ask for in each member, of what its nodes have, as its Cluster tells.')
    .action(async (clusters: readonly string[]) => {
      const { write, warn } = terminal
      const run = terminal.onCluster(program.opts<ClusterFlags>(), (host, signal) =>
        topClusters(host, { clusters, write, warn }, signal),
      )
      terminal.setExitCode(await run)
    })
}

function addNodes(top: Command, { program, terminal }: Around): void {
  aboutFleet(top.command('nodes'))
    .description('What nodes of members use, as their metrics-server tells.')
    .action(async (flags: FleetCommandFlags) => {
      const { write, warn } = terminal
      terminal.setExitCode(await onFleet({ program, terminal }, flags, asked => topNodes({ asked, write, warn })))
    })
}

function addPods(top: Command, { program, terminal }: Around): void {
  aboutFleet(top.command('pods'))
    .description('What pods of members use, as their metrics-server tells.')
    .option('-n, --namespace <name>', 'namespace; default: that of the context')
    .option('-A, --all-namespaces', 'all namespaces', false)
    .option('-l, --selector <labels>', 'only pods with these labels')
    .action(async (flags: TopFlags) => {
      const { write, warn } = terminal
      const options = {
        namespace: flags.allNamespaces ? '' : (flags.namespace ?? terminal.namespaceOf(program.opts<ClusterFlags>())),
        ...(flags.selector !== undefined && { labelSelector: flags.selector }),
      }
      const run = onFleet({ program, terminal }, flags, asked => topPods({ asked, write, warn }, options))
      terminal.setExitCode(await run)
    })
}
