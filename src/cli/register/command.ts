import { Option } from 'commander'
import { API_VERSION } from '../../api/generated/crds.ts'
import { OPERATOR_NAMESPACE } from '../../api/names.ts'
import type { ServerConfig } from '../../kube/server-config.ts'
import { parseDuration } from '../join/duration.ts'
import { PERMISSIONS, type Permissions } from '../join/permissions.ts'
import { readManifestText, together } from '../manifest-files.ts'
import { CommandError } from '../manifests.ts'
import { type RegisterOptions, register } from '../register.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'
import { type JoinTicket, parseTicket } from '../token/ticket.ts'

interface RegisterFlags {
  readonly token: string
  readonly server?: string
  readonly caFile?: string
  readonly namespace: string
  readonly image: string
  readonly permissions: Permissions
  readonly propagate: readonly string[]
  readonly namespaces?: string
  readonly tokenLifetime: string
  readonly credentialsOnly: boolean
  readonly dryRun: boolean
}

/** Kubernetes gives no token for less. */
const LEAST_LIFETIME_MS = 600_000

export const defineRegister: DefineCommand = (program, terminal) => {
  program
    .command('register')
    .argument('<cluster>', 'the name that the join token was made for')
    .description('Run with the kubeconfig of a member: installs an agent there, which fetches its work from the host.')
    .requiredOption('--token <token>', 'from flotilla token create')
    .option('--server <url>', "the host's address, when it is another one from here; default: that of the token")
    .option('--ca-file <file>', 'the CA of that address; default: that of the token')
    .option('-n, --namespace <name>', 'of the agent', OPERATOR_NAMESPACE)
    .option('--image <image>', 'of the agent', `flotilla:${API_VERSION}`)
    .addOption(
      new Option('--permissions <preset>', 'what the agent may do here').choices(PERMISSIONS).default('workloads'),
    )
    .option(
      '--propagate <kind>',
      'one more kind that it may place: secrets, widgets.example.com; repeated',
      together,
      [],
    )
    .option('--namespaces <names>', 'for --permissions namespaced: where it may write, separated by commas')
    .option('--token-lifetime <duration>', "of the agent's token for the host; the host may grant less", '168h')
    .option('--credentials-only', 'makes only the Secret: the chart installs the agent (mode=agent)', false)
    .option('--dry-run', 'prints what would be made, and makes nothing', false)
    .action(async (name: string, flags: RegisterFlags) => {
      const options = optionsOf(name, flags)
      await terminal.onCluster(program.opts<ClusterFlags>(), (member, signal) =>
        terminal.onServer(serverOf(options.ticket), host => register({ ...terminal, member, host }, options, signal)),
      )
    })
}

function serverOf({ server, caPem, token }: JoinTicket): ServerConfig {
  return { name: 'host', server, token: { type: 'static', token }, ...(caPem !== '' && { caPem }) }
}

function optionsOf(name: string, flags: RegisterFlags): RegisterOptions {
  const ticket = parseTicket(flags.token.trim())
  if (ticket.cluster !== name) throw new CommandError(`--token: that is a join token for cluster ${ticket.cluster}`)
  const namespaces = (flags.namespaces ?? '').split(',').filter(each => each !== '')
  if ((flags.permissions === 'namespaced') !== namespaces.length > 0) {
    throw new CommandError(
      '--permissions namespaced and --namespaces belong together: name the namespaces in which it may write',
    )
  }
  const tokenLifetimeMs = parseDuration('--token-lifetime', flags.tokenLifetime)
  if (tokenLifetimeMs < LEAST_LIFETIME_MS) {
    throw new CommandError('--token-lifetime: Kubernetes gives no token for less than 10m')
  }
  const { namespace, image, permissions, propagate, credentialsOnly, dryRun } = flags
  return {
    ticket: {
      ...ticket,
      ...(flags.server !== undefined && { server: flags.server }),
      ...(flags.caFile !== undefined && { caPem: readManifestText(flags.caFile).text }),
    },
    wish: { cluster: name, namespace, image, permissions, propagate, namespaces },
    ...{ tokenLifetimeMs, credentialsOnly, dryRun },
  }
}
