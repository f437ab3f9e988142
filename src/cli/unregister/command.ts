import { OPERATOR_NAMESPACE } from '../../api/names.ts'
import { parseDuration } from '../join/duration.ts'
import type { ClusterFlags, DefineCommand, Terminal } from '../terminal.ts'
import { unregister } from '../unregister.ts'

interface UnregisterFlags {
  readonly clusterKubeconfig?: string
  readonly clusterContext?: string
  readonly namespace: string
  readonly timeout: string
}

export const defineUnregister: DefineCommand = (program, terminal) => {
  program
    .command('unregister')
    .argument('<cluster>', 'in mode Pull')
    .description('Lets a cluster in Pull mode go, with what was propagated to it; run with the kubeconfig of the host.')
    .option('--cluster-kubeconfig <file>', 'kubeconfig of the member: its agent is removed as well')
    .option('--cluster-context <name>', 'context of that kubeconfig; default: its current one')
    .option('-n, --namespace <name>', 'of the agent', OPERATOR_NAMESPACE)
    .option('--timeout <duration>', 'how long to wait until the cluster is gone', '2m')
    .action(async (name: string, flags: UnregisterFlags) => {
      const waitMs = parseDuration('--timeout', flags.timeout)
      const options = { name, namespace: flags.namespace, waitMs }
      const run = terminal.onCluster(program.opts<ClusterFlags>(), (host, signal) =>
        withMember(terminal, flags, member => unregister({ ...terminal, host, ...member }, options, signal)),
      )
      terminal.setExitCode(await run)
    })
}

async function withMember<T>(
  terminal: Terminal,
  { clusterKubeconfig, clusterContext }: UnregisterFlags,
  run: (member: Partial<Pick<Parameters<typeof unregister>[0], 'member'>>) => Promise<T>,
): Promise<T> {
  if (clusterKubeconfig === undefined && clusterContext === undefined) return run({})
  const server = await terminal.serverOf({
    ...(clusterKubeconfig !== undefined && { kubeconfig: clusterKubeconfig }),
    ...(clusterContext !== undefined && { context: clusterContext }),
  })
  return terminal.onServer({ ...server, name: 'member' }, member => run({ member }))
}
