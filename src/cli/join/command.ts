import { Option } from 'commander'
import { CLUSTER_NAMESPACE } from '../../api/names.ts'
import type { ServerConfig } from '../../kube/server-config.ts'
import { type JoinOptions, join } from '../join.ts'
import { together } from '../manifest-files.ts'
import { CommandError } from '../manifests.ts'
import type { ClusterFlags, DefineCommand, Terminal } from '../terminal.ts'
import { parseDuration } from './duration.ts'
import { PERMISSIONS, type Permissions } from './permissions.ts'

interface JoinFlags {
  readonly clusterKubeconfig?: string
  readonly clusterContext?: string
  readonly clusterNamespace: string
  readonly clusterEndpoint?: string
  readonly provider?: string
  readonly clusterProvider?: string
  readonly region?: string
  readonly clusterRegion?: string
  readonly zone: readonly string[]
  readonly clusterZones?: string
  readonly label: readonly string[]
  readonly permissions: Permissions
  readonly propagate: readonly string[]
  readonly namespaces?: string
  readonly tokenSecret: boolean
  readonly tokenLifetime: string
  readonly renewCredentials: boolean
  readonly dryRun: boolean
  readonly wait: string | boolean
  readonly timeout: string
}

const NAME = /^[a-z0-9]([-a-z0-9]{0,46}[a-z0-9])?$/
const SECOND_MS = 1000
const LEAST_LIFETIME_MS = 600 * SECOND_MS

export const defineJoin: DefineCommand = (program, terminal) => {
  program
    .command('join')
    .argument('<name>', 'of the cluster on the host')
    .description('Makes a member cluster known to the host, with an identity in the member that may do little.')
    .option('--cluster-kubeconfig <file>', "kubeconfig of the member, with an administrator's rights")
    .option('--cluster-context <name>', 'context of that kubeconfig; default: its current one')
    .option('--cluster-namespace <name>', 'namespace in the member for the identity', CLUSTER_NAMESPACE)
    .option(
      '--cluster-endpoint <url>',
      "the member's address as the operator reaches it; default: that of its kubeconfig",
    )
    .option('--provider <name>', 'who runs the member; policies can select and spread by it')
    .option('--region <name>', 'where it is')
    .option('--zone <name>', 'the same, nearer; repeated', together, [])
    .option('--label <key=value>', 'label of the Cluster; repeated', together, [])
    .addOption(
      new Option('--permissions <preset>', 'what the host may do in the member')
        .choices(PERMISSIONS)
        .default('workloads'),
    )
    .option(
      '--propagate <kind>',
      'one more kind that it may place there: secrets, widgets.example.com; repeated',
      together,
      [],
    )
    .option('--namespaces <names>', 'for --permissions namespaced: where it may write, separated by commas')
    .option('--token-secret', 'a token that never expires, in a Secret, instead of one that is renewed', false)
    .option('--token-lifetime <duration>', 'of the token; the member may grant less', '168h')
    .option(
      '--renew-credentials',
      'of a cluster that has joined: a new token, and the rights that are asked for now',
      false,
    )
    .option('--dry-run', 'prints what would be made in the member and on the host, and makes nothing', false)
    .option('--wait [bool]', 'waits until the cluster is Ready; --wait=false does not', true)
    .option('--timeout <duration>', 'how long to wait', '60s')
    .addOption(new Option('--cluster-provider <name>').hideHelp())
    .addOption(new Option('--cluster-region <name>').hideHelp())
    .addOption(new Option('--cluster-zones <names>').hideHelp())
    .action(async (name: string, flags: JoinFlags) => {
      const options = optionsOf(name, flags)
      const hostServer = await terminal.serverOf(program.opts<ClusterFlags>())
      const member = await memberServer(terminal, flags)
      const run = terminal.onServer(hostServer, (host, signal) =>
        terminal.onServer(member, client =>
          join(
            {
              ...terminal,
              host: { client: host, server: hostServer.server },
              member: { client, server: member.server },
              server: { ...member, ...(flags.clusterEndpoint !== undefined && { server: flags.clusterEndpoint }) },
              asMember: (token, act) => terminal.onServer(withToken(member, token), act),
            },
            options,
            signal,
          ),
        ),
      )
      terminal.setExitCode(await run)
    })
}

/** The member that the flags name. @throws CommandError, KubeconfigError */
export async function memberServer(
  terminal: Terminal,
  flags: Pick<JoinFlags, 'clusterKubeconfig' | 'clusterContext'>,
): Promise<ServerConfig> {
  const { clusterKubeconfig, clusterContext } = flags
  if (clusterKubeconfig === undefined && clusterContext === undefined) {
    throw new CommandError(
      'name the member: --cluster-kubeconfig, or --cluster-context for a context of your own kubeconfig',
    )
  }
  const server = await terminal.serverOf({
    ...(clusterKubeconfig !== undefined && { kubeconfig: clusterKubeconfig }),
    ...(clusterContext !== undefined && { context: clusterContext }),
  })
  return { ...server, name: 'member' }
}

/** The same server for another identity. */
function withToken(server: ServerConfig, token: string): ServerConfig {
  const { clientCertPem: _cert, clientKeyPem: _key, basicAuth: _basic, ...way } = server
  return { ...way, token: { type: 'static', token } }
}

function optionsOf(name: string, flags: JoinFlags): JoinOptions {
  if (!NAME.test(name)) {
    throw new CommandError(`${name}: a cluster is named by at most 48 lower-case letters, digits and dashes`)
  }
  const { permissions, propagate, tokenSecret, renewCredentials, dryRun } = flags
  const namespaces = listOf(flags.namespaces)
  if ((permissions === 'namespaced') !== namespaces.length > 0) {
    throw new CommandError(
      '--permissions namespaced and --namespaces belong together: name the namespaces in which it may write',
    )
  }
  const lifetimeMs = parseDuration('--token-lifetime', flags.tokenLifetime)
  if (lifetimeMs < LEAST_LIFETIME_MS)
    throw new CommandError('--token-lifetime: Kubernetes gives no token for less than 10m')
  return {
    name,
    namespace: flags.clusterNamespace,
    permissions,
    propagate: propagate.flatMap(listOf),
    namespaces,
    tokenSecret,
    topology: topologyOf(flags),
    tokenLifetimeSeconds: lifetimeMs / SECOND_MS,
    renewCredentials,
    dryRun,
    waitMs: flags.wait === false || flags.wait === 'false' ? 0 : parseDuration('--timeout', flags.timeout),
  }
}

function topologyOf(flags: JoinFlags): JoinOptions['topology'] {
  const provider = flags.provider ?? flags.clusterProvider
  const region = flags.region ?? flags.clusterRegion
  const zones = [...flags.zone.flatMap(listOf), ...listOf(flags.clusterZones)]
  const labels = flags.label.map(parseLabel)
  return {
    ...(provider !== undefined && { provider }),
    ...(region !== undefined && { region }),
    ...(zones.length > 0 && { zones }),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
  }
}

function parseLabel(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new CommandError(`--label ${text}: write it as key=value`)
  return [text.slice(0, at), text.slice(at + 1)]
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').filter(each => each !== '')
}
