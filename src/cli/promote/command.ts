import { parseDuration } from '../join/duration.ts'
import { memberServerOf } from '../member-server.ts'
import { promote } from '../promote.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'

interface PromoteFlags {
  readonly cluster: string
  readonly namespace: string
  readonly policyName?: string
  readonly autoCreatePolicy: string | boolean
  readonly clusterKubeconfig?: string
  readonly clusterContext?: string
  readonly dryRun: boolean
  readonly wait: string | boolean
  readonly timeout: string
}

export const definePromote: DefineCommand = (program, terminal) => {
  program
    .command('promote')
    .argument('<object...>', 'KIND/NAME, or KIND NAME')
    .description('Makes a live object of a member a template of the host, with its policy. Nothing of it restarts.')
    .requiredOption('-C, --cluster <name>', 'the member that has it')
    .option('-n, --namespace <name>', 'of the object', 'default')
    .option('--policy-name <name>', 'of the policy; default: made of name and kind')
    .option(
      '--auto-create-policy [bool]',
      'makes the policy; --auto-create-policy=false relies on one that is there',
      true,
    )
    .option('--cluster-kubeconfig <file>', "kubeconfig of the member; default: the operator's credentials")
    .option('--cluster-context <name>', 'context of that kubeconfig')
    .option('--dry-run', 'prints policy and template, and makes nothing', false)
    .option('--wait [bool]', 'waits until the operator has taken it over; --wait=false does not', true)
    .option('--timeout <duration>', 'how long to wait', '60s')
    .action(async (words: readonly string[], flags: PromoteFlags) => {
      const { cluster, namespace, policyName, clusterKubeconfig, clusterContext, dryRun } = flags
      const options = {
        words,
        namespace,
        member: cluster,
        ...(policyName !== undefined && { policyName }),
        withPolicy: isOn(flags.autoCreatePolicy),
        dryRun,
        waitMs: isOn(flags.wait) ? parseDuration('--timeout', flags.timeout) : 0,
      }
      const own = {
        ...(clusterKubeconfig !== undefined && { kubeconfig: clusterKubeconfig }),
        ...(clusterContext !== undefined && { context: clusterContext }),
      }
      const run = terminal.onCluster(program.opts<ClusterFlags>(), async (host, signal) => {
        const server =
          Object.keys(own).length > 0 ? await terminal.serverOf(own) : await memberServerOf(host, cluster, signal)
        return terminal.onServer(server, member => promote({ ...terminal, host, member }, options, signal))
      })
      terminal.setExitCode(await run)
    })
}

function isOn(flag: string | boolean): boolean {
  return flag !== false && flag !== 'false'
}
