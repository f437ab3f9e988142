import { Option } from 'commander'
import { aboutFleetAndHost, type FleetCommandFlags, onFleet } from '../fleet/on-fleet.ts'
import { type GetOutput, get } from '../get.ts'
import { CommandError } from '../manifests.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'

interface GetFlags extends FleetCommandFlags {
  readonly namespace?: string
  readonly allNamespaces: boolean
  readonly selector?: string
  readonly output: GetOutput
}

export const defineGet: DefineCommand = (program, terminal) => {
  aboutFleetAndHost(program.command('get'))
    .argument('<kind>', 'pods, deploy, gadgets.example.com; or KIND/NAME')
    .argument('[name]', 'one object; default: all')
    .description('Objects of all members side by side, with the columns that kubectl prints.')
    .option('-n, --namespace <name>', 'namespace; default: that of the context')
    .option('-A, --all-namespaces', 'all namespaces', false)
    .option('-l, --selector <labels>', 'only objects with these labels')
    .addOption(
      new Option('-o, --output <format>', 'how to print them')
        .choices(['table', 'wide', 'json', 'yaml', 'name'])
        .default('table'),
    )
    .action(async (kindAndName: string, second: string | undefined, flags: GetFlags) => {
      const [kind = '', named] = kindAndName.split('/')
      const name = second ?? named
      if (name !== undefined && flags.allNamespaces) {
        throw new CommandError('one object is in one namespace: leave out -A, or the name')
      }
      const wanted = {
        namespace: flags.allNamespaces ? '' : (flags.namespace ?? terminal.namespaceOf(program.opts<ClusterFlags>())),
        ...(name !== undefined && { name }),
        ...(flags.selector !== undefined && { labelSelector: flags.selector }),
      }
      const { write, warn } = terminal
      const run = onFleet({ program, terminal }, flags, asked =>
        get({ asked, write, warn }, { kind, wanted, output: flags.output }),
      )
      terminal.setExitCode(await run)
    })
}
