import { describe } from '../describe.ts'
import { aboutFleetAndHost, type FleetCommandFlags, onFleet } from '../fleet/on-fleet.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'

interface DescribeFlags extends FleetCommandFlags {
  readonly namespace?: string
}

export const defineDescribe: DefineCommand = (program, terminal) => {
  aboutFleetAndHost(program.command('describe'))
    .argument('<kind/name...>', 'one object: deployment/web, or deployment web')
    .description('One object as each member has it, with its events there.')
    .option('-n, --namespace <name>', 'namespace; default: that of the context')
    .action(async (words: readonly string[], flags: DescribeFlags) => {
      const { write, clock } = terminal
      const namespace = flags.namespace ?? terminal.namespaceOf(program.opts<ClusterFlags>())
      const run = onFleet({ program, terminal }, flags, asked =>
        describe({ asked, write, nowMs: clock.nowMs() }, { words, namespace }),
      )
      terminal.setExitCode(await run)
    })
}
