import { Option } from 'commander'
import { OPERATOR_LEASE, OPERATOR_NAMESPACE } from '../../api/names.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'
import { why } from '../why.ts'

interface WhyFlags {
  readonly namespace?: string
  readonly operatorNamespace: string
  readonly lease: string
  readonly output: 'text' | 'json'
}

export const defineWhy: DefineCommand = (program, terminal) => {
  program
    .command('why')
    .argument('<kind/name...>', 'the template: deployment/web, or deployment web')
    .description('Says why a template is where it is, and not elsewhere: the first line names the cause.')
    .option('-n, --namespace <name>', 'namespace of the template; default: that of the context')
    .option('--operator-namespace <name>', "the operator's namespace", OPERATOR_NAMESPACE)
    .option('--lease <name>', "name of the operator's Lease", OPERATOR_LEASE)
    .addOption(new Option('-o, --output <format>', 'how to tell it').choices(['text', 'json']).default('text'))
    .action(async (words: readonly string[], { operatorNamespace, lease, output, ...flags }: WhyFlags) => {
      const namespace = flags.namespace ?? terminal.namespaceOf(program.opts<ClusterFlags>())
      const { clock, write } = terminal
      const options = { words, namespace, output, lease: { namespace: operatorNamespace, name: lease } }
      const run = terminal.onCluster(program.opts<ClusterFlags>(), (client, signal) =>
        why({ client, clock, write }, options, signal),
      )
      terminal.setExitCode(await run)
    })
}
