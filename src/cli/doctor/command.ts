import { Option } from 'commander'
import { OPERATOR_LEASE, OPERATOR_NAMESPACE } from '../../api/names.ts'
import { newPaint } from '../colour.ts'
import { doctor } from '../doctor.ts'
import { memberServerOf } from '../member-server.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'

interface DoctorFlags {
  readonly namespace: string
  readonly lease: string
  readonly output: 'text' | 'json'
  readonly bundle?: string
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
    .option('--bundle <file>', 'writes what was seen into this .tar.gz, for a report of a bug; secrets are removed')
    .action(async ({ namespace, lease, output, bundle }: DoctorFlags) => {
      const { expectedAdmission, operatorRules } = terminal
      const options = {
        lease: { namespace, name: lease },
        output,
        admission: expectedAdmission,
        rules: await operatorRules(),
        ...(bundle !== undefined && { bundle }),
      }
      const run = terminal.onCluster(program.opts<ClusterFlags>(), (client, signal) =>
        doctor(
          {
            ...terminal,
            // Text has our colours.
            write: output === 'text' ? terminal.writeAsIs : terminal.write,
            client,
            paint: newPaint(terminal),
            onMember: async (name, act) => terminal.onServer(await memberServerOf(client, name, signal), act),
          },
          options,
          signal,
        ),
      )
      terminal.setExitCode(await run)
    })
}
