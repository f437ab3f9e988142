import { Command, Option } from 'commander'
import { API_VERSION } from '../api/generated/crds.ts'
import { COMMANDS } from './registry.ts'
import type { Terminal } from './terminal.ts'

/** @returns the command line with all its commands (docs/reference/cli.md). */
export function newProgram(terminal: Terminal): Command {
  const program = new Command('flotilla')
    .description('Looks after a host of Flotilla, with the rights of your kubeconfig.')
    .version(API_VERSION)
    .option('--kubeconfig <file>', 'kubeconfig of the host; default: $KUBECONFIG, else ~/.kube/config')
    .option('--context <name>', 'context of that kubeconfig; default: its current one')
    // karmadactl's word for it.
    .addOption(new Option('--karmada-context <name>').hideHelp())
  program.hook('preAction', () => {
    const { context, karmadaContext } = program.opts<{ context?: string; karmadaContext?: string }>()
    if (context === undefined && karmadaContext !== undefined) program.setOptionValue('context', karmadaContext)
  })
  for (const define of COMMANDS) define(program, terminal)
  return program
}
