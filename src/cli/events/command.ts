import { Option } from 'commander'
import { events } from '../events.ts'
import { aboutFleetAndHost, type FleetCommandFlags, onFleet } from '../fleet/on-fleet.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'

interface EventsFlags extends FleetCommandFlags {
  readonly namespace?: string
  readonly allNamespaces: boolean
  readonly for?: string
  readonly types?: string
  readonly output: 'table' | 'json'
}

export const defineEvents: DefineCommand = (program, terminal) => {
  aboutFleetAndHost(program.command('events'))
    .description('Events of all members together, the latest last.')
    .option('-n, --namespace <name>', 'namespace; default: that of the context')
    .option('-A, --all-namespaces', 'all namespaces', false)
    .option('--for <kind/name>', 'only events about one object')
    .option('--types <type>', 'only events of a type: Normal or Warning')
    .addOption(new Option('-o, --output <format>', 'how to print them').choices(['table', 'json']).default('table'))
    .action(async (flags: EventsFlags) => {
      const { write, warn, clock } = terminal
      const options = {
        namespace: flags.allNamespaces ? '' : (flags.namespace ?? terminal.namespaceOf(program.opts<ClusterFlags>())),
        ...(flags.for !== undefined && { about: flags.for }),
        ...(flags.types !== undefined && { only: flags.types }),
        output: flags.output,
      }
      const run = onFleet({ program, terminal }, flags, asked =>
        events({ asked, write, warn, nowMs: clock.nowMs() }, options),
      )
      terminal.setExitCode(await run)
    })
}
