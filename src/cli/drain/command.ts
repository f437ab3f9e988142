import { drain } from '../drain.ts'
import { parseDuration } from '../join/duration.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'

interface DrainFlags {
  readonly force: boolean
  readonly dryRun: boolean
  readonly timeout: string
}

export const defineDrain: DefineCommand = (program, terminal) => {
  program
    .command('drain')
    .argument('<name>', 'of a cluster')
    .description('Empties a cluster: cordons it, and moves what is there once the replacement elsewhere is healthy.')
    .option('--force', 'lets go, without a replacement, what nothing else can take', false)
    .option('--dry-run', 'tells what would go where, and changes nothing', false)
    .option('--timeout <duration>', 'how long to watch', '15m')
    .action(async (name: string, { force, dryRun, timeout }: DrainFlags) => {
      const options = { name, force, dryRun, timeoutMs: parseDuration('--timeout', timeout) }
      const run = terminal.onCluster(program.opts<ClusterFlags>(), (client, signal) =>
        drain({ ...terminal, client }, options, signal),
      )
      terminal.setExitCode(await run)
    })
}
