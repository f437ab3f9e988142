import { Option } from 'commander'
import { OPERATOR_LEASE, OPERATOR_NAMESPACE } from '../../api/names.ts'
import { doctor } from '../doctor.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'

interface DoctorFlags {
  readonly namespace: string
  readonly lease: string
  readonly output: 'text' | 'json'
}

export const defineDoctor: DefineCommand = (program, terminal) => {
  program
    .command('doctor')
    .description(
      'Tells what kind of host it is and what follows, and how operator, API, admission policies and members stand.',
    )
    .option('-n, --namespace <name>', "the operator's namespace", OPERATOR_NAMESPACE)
    .option('--lease <name>', "name of the operator's Lease", OPERATOR_LEASE)
    .addOption(new Option('-o, --output <format>', 'how to tell it').choices(['text', 'json']).default('text'))
    .action(async ({ namespace, lease, output }: DoctorFlags) => {
      const { clock, write, expectedAdmission } = terminal
      const options = { lease: { namespace, name: lease }, output, admission: expectedAdmission }
      const run = terminal.onCluster(program.opts<ClusterFlags>(), (client, signal) =>
        doctor({ client, clock, write }, options, signal),
      )
      terminal.setExitCode(await run)
    })
}
