import { Option } from 'commander'
import { OPERATOR_LEASE, OPERATOR_NAMESPACE } from '../../api/names.ts'
import { newClient } from '../../kube/new-client.ts'
import { together } from '../manifest-files.ts'
import { CommandError } from '../manifests.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'
import { type MigrateOptions, migrate, PHASES, type Phase } from './migrate.ts'
import { FINDING_CODES } from './report.ts'

interface MigrateFlags {
  readonly from: string
  readonly fromContext?: string
  readonly phase: Phase
  readonly dryRun?: boolean
  readonly cluster: readonly string[]
  readonly include: readonly string[]
  readonly accept: readonly string[]
  readonly namespace: string
  readonly lease: string
  readonly operatorUser?: string
  readonly timeout: string
  readonly output: 'text' | 'json' | 'yaml'
}

const MEMBER_LIMITS = { timeoutMs: 15_000, maxRetries: 1 }
const DEFAULT_TIMEOUT_S = 120

export const defineMigrate: DefineCommand = (program, terminal) => {
  program
    .command('migrate')
    .description(
      'Takes over an installation of Karmada: what it has goes to the host, its members to the operator, without a Pod restarting.',
    )
    .requiredOption('--from <file>', "kubeconfig of Karmada's apiserver")
    .option('--from-context <name>', 'context of that kubeconfig; default: its current one')
    .addOption(new Option('--phase <phase>', 'how far to go').choices([...PHASES]).default('all'))
    .option('--dry-run', 'writes nothing, and tells what would be written and what would change in the members')
    .option('--cluster <name>', 'takes over this member only; repeated', together, [])
    .option('--include <resource>', 'brings all objects of a kind, as <plural>.<group>; repeated', together, [])
    .option('--accept <code>', 'goes on although this is told; repeated', together, [])
    .option('-n, --namespace <name>', "the operator's namespace", OPERATOR_NAMESPACE)
    .option('--lease <name>', "name of the operator's Lease", OPERATOR_LEASE)
    .option('--operator-user <name>', "the operator as the host knows it; default: the chart's ServiceAccount")
    .option('--timeout <seconds>', 'how long to wait for the members', String(DEFAULT_TIMEOUT_S))
    .addOption(new Option('-o, --output <format>', 'how to tell it').choices(['text', 'json', 'yaml']).default('text'))
    .action(async (flags: MigrateFlags) => {
      const { from, fromContext } = flags
      const options = optionsOf(flags)
      const source = { kubeconfig: from, ...(fromContext !== undefined && { context: fromContext }) }
      const run = terminal.onCluster(source, (karmada, ended) =>
        terminal.onCluster(program.opts<ClusterFlags>(), (host, signal) => {
          const { clock, write, warn, isTerminal } = terminal
          const tell = (text: string): void => (isTerminal ? warn(`${text}\n`) : undefined)
          const connect = (config: Parameters<typeof newClient>[0]) => newClient(config, { limits: MEMBER_LIMITS })
          return migrate(
            { source: karmada, host, connect, clock, write, tell },
            options,
            AbortSignal.any([ended, signal]),
          )
        }),
      )
      terminal.setExitCode(await run)
    })
}

function optionsOf(flags: MigrateFlags): MigrateOptions {
  const { phase, dryRun = false, cluster, include, accept, namespace, lease, operatorUser, timeout, output } = flags
  const seconds = Number(timeout)
  if (!Number.isInteger(seconds) || seconds < 1)
    throw new CommandError(`--timeout takes whole seconds, not "${timeout}"`)
  const unknown = accept.filter(code => !FINDING_CODES.some(each => each === code))
  if (unknown.length > 0) {
    throw new CommandError(`--accept takes one of ${FINDING_CODES.join(', ')}, not "${unknown.join(', ')}"`)
  }
  return {
    phase,
    dryRun,
    clusters: cluster,
    include,
    accept,
    output,
    lease: { namespace, name: lease },
    operatorUser: operatorUser ?? `system:serviceaccount:${namespace}:${lease}`,
    timeoutMs: seconds * 1000,
  }
}
