import type { Command } from 'commander'
import { parseDuration } from '../join/duration.ts'
import { readManifestText, together } from '../manifest-files.ts'
import { CommandError } from '../manifests.ts'
import type { ClusterFlags, DefineCommand, Terminal } from '../terminal.ts'
import { createToken, deleteToken, listTokens, type TokenOptions } from '../token.ts'

interface CreateFlags {
  readonly ttl: string
  readonly server?: string
  readonly caFile?: string
  readonly provider?: string
  readonly region?: string
  readonly zone: readonly string[]
  readonly printRegisterCommand: boolean
}

const NAME = /^[a-z0-9]([-a-z0-9]{0,46}[a-z0-9])?$/
/** Kubernetes gives no token for less. */
const LEAST_TTL_MS = 600_000

export const defineToken: DefineCommand = (program, terminal) => {
  const token = program
    .command('token')
    .description('Join tokens: with one, a member registers as a cluster in Pull mode, whose agent fetches its work.')
  defineCreate(token, { program, terminal })
  token
    .command('list')
    .description('Lists the join tokens that nobody has used yet.')
    .action(async () => {
      await terminal.onCluster(program.opts<ClusterFlags>(), (host, signal) =>
        listTokens({ ...terminal, host }, signal),
      )
    })
  token
    .command('delete')
    .argument('<cluster>', 'whose join token')
    .description('Makes a join token good for nothing. An agent that has registered with it goes on.')
    .action(async (name: string) => {
      await terminal.onCluster(program.opts<ClusterFlags>(), (host, signal) =>
        deleteToken({ ...terminal, host }, name, signal),
      )
    })
}

function defineCreate(
  token: Command,
  { program, terminal }: { readonly program: Command; readonly terminal: Terminal },
): void {
  token
    .command('create')
    .argument('<cluster>', 'the name that the member will have')
    .description('Makes a cluster in Pull mode, the rights of its agent, and a token with which one member registers.')
    .option('--ttl <duration>', 'how long the token can be used; the host may grant less', '24h')
    .option('--server <url>', 'the address by which the member reaches the host; default: that of your kubeconfig')
    .option('--ca-file <file>', 'the CA that signed the certificate of that address; default: that of your kubeconfig')
    .option('--provider <name>', 'who runs the member; policies can select and spread by it')
    .option('--region <name>', 'where it is')
    .option('--zone <name>', 'the same, nearer; repeated', together, [])
    .option('--print-register-command', 'prints the whole command for the member', false)
    .action(async (name: string, flags: CreateFlags) => {
      const cluster = program.opts<ClusterFlags>()
      const server = await terminal.serverOf(cluster)
      const options = optionsOf(name, flags, server)
      await terminal.onServer(server, (host, signal) => createToken({ ...terminal, host }, options, signal))
    })
}

function optionsOf(name: string, flags: CreateFlags, server: TokenOptions['server']): TokenOptions {
  if (!NAME.test(name)) {
    throw new CommandError(`${name}: a cluster is named by at most 48 lower-case letters, digits and dashes`)
  }
  const ttlMs = parseDuration('--ttl', flags.ttl)
  if (ttlMs < LEAST_TTL_MS) throw new CommandError('--ttl: Kubernetes gives no token for less than 10m')
  const { provider, region, zone: zones, printRegisterCommand } = flags
  const caPem = flags.caFile === undefined ? server.caPem : readManifestText(flags.caFile).text
  return {
    ...{ name, ttlMs, printRegisterCommand },
    topology: {
      ...(provider !== undefined && { provider }),
      ...(region !== undefined && { region }),
      ...(zones.length > 0 && { zones }),
    },
    server: { server: flags.server ?? server.server, ...(caPem !== undefined && { caPem }) },
  }
}
