import { CLUSTER_NAMESPACE } from '../../api/names.ts'
import { memberServer } from '../join/command.ts'
import { parseDuration } from '../join/duration.ts'
import { CommandError } from '../manifests.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'
import { type UnjoinOptions, unjoin } from '../unjoin.ts'

interface UnjoinFlags {
  readonly clusterKubeconfig?: string
  readonly clusterContext?: string
  readonly clusterNamespace: string
  readonly keepResources: boolean
  readonly force: boolean
  readonly wait: string | boolean
  readonly timeout: string
}

export const defineUnjoin: DefineCommand = (program, terminal) => {
  program
    .command('unjoin')
    .argument('<name>', 'of the cluster')
    .description('Lets a member go: what was propagated there is deleted, then the Cluster, then its identity.')
    .option('--cluster-kubeconfig <file>', 'kubeconfig of the member, to remove the identity there')
    .option('--cluster-context <name>', 'context of that kubeconfig; default: its current one')
    .option('--cluster-namespace <name>', 'namespace in the member of the identity', CLUSTER_NAMESPACE)
    .option('--keep-resources', 'leaves what was propagated in the member, without our labels', false)
    .option(
      '--force',
      'takes away what holds it once --timeout is over; what was propagated stays in the member',
      false,
    )
    .option('--wait [bool]', 'waits until the Cluster is gone; --wait=false does not', true)
    .option('--timeout <duration>', 'how long to wait', '60s')
    .action(async (name: string, flags: UnjoinFlags) => {
      const options = optionsOf(name, flags)
      const server = await terminal.serverOf(program.opts<ClusterFlags>())
      const member = namesMember(flags) ? await memberServer(terminal, flags) : undefined
      const run = terminal.onServer(server, (client, signal) => {
        const deps = { ...terminal, host: { client, server: server.server } }
        if (member === undefined) return unjoin(deps, options, signal)
        return terminal.onServer(member, inMember =>
          unjoin({ ...deps, member: { client: inMember, server: member.server } }, options, signal),
        )
      })
      terminal.setExitCode(await run)
    })
}

function namesMember({ clusterKubeconfig, clusterContext }: UnjoinFlags): boolean {
  return clusterKubeconfig !== undefined || clusterContext !== undefined
}

/** @throws CommandError for flags that do not go together. */
function optionsOf(name: string, flags: UnjoinFlags): UnjoinOptions {
  const { keepResources, force, clusterNamespace, wait, timeout } = flags
  const waits = wait !== false && wait !== 'false'
  if (keepResources && force) throw new CommandError('--keep-resources and --force: either is enough, choose one')
  if (force && !waits) throw new CommandError('--force acts once --timeout is over: it cannot go with --wait=false')
  if (namesMember(flags) && !waits) {
    throw new CommandError(
      'the operator needs the identity in the member until the Cluster is gone: wait, or remove it later',
    )
  }
  const waitMs = waits ? parseDuration('--timeout', timeout) : 0
  return { name, namespace: clusterNamespace, keepResources, force, waitMs }
}
