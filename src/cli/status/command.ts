import { Option } from 'commander'
import { OPERATOR_LEASE, OPERATOR_NAMESPACE } from '../../api/names.ts'
import { sleep } from '../../runtime/clock.ts'
import { CommandError } from '../manifests.ts'
import { status } from '../status.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'

interface StatusFlags {
  readonly namespace: string
  readonly lease: string
  readonly output: 'text' | 'json'
  readonly watch: boolean
}

const WATCH_EVERY_MS = 2_000
const CLEAR = '\u001b[H\u001b[2J'

export const defineStatus: DefineCommand = (program, terminal) => {
  program
    .command('status')
    .description('The fleet on one page: operator, members, templates, and what most of them wait for.')
    .option('-n, --namespace <name>', "the operator's namespace", OPERATOR_NAMESPACE)
    .option('--lease <name>', "name of the operator's Lease", OPERATOR_LEASE)
    .option('-w, --watch', 'again every two seconds, on a terminal', false)
    .addOption(new Option('-o, --output <format>', 'how to tell it').choices(['text', 'json']).default('text'))
    .action(async ({ namespace, lease, output, watch }: StatusFlags) => {
      const { clock, env, isTerminal } = terminal
      if (watch && !isTerminal) throw new CommandError('--watch is for a terminal: leave it out, or repeat the command')
      const colours = isTerminal && (env['NO_COLOR'] ?? '') === ''
      const options = { lease: { namespace, name: lease }, output, colours }
      // Text has our colours.
      const print = output === 'text' ? terminal.writeAsIs : terminal.write
      const write = (text: string): void => {
        if (watch) terminal.writeAsIs(CLEAR)
        print(text)
      }
      const run = terminal.onCluster(program.opts<ClusterFlags>(), async (client, signal) => {
        let code = await status({ client, clock, write }, options, signal)
        while (watch && !signal.aborted) {
          await sleep(clock, WATCH_EVERY_MS, signal).catch(() => undefined)
          if (!signal.aborted) code = await status({ client, clock, write }, options, signal)
        }
        return code
      })
      terminal.setExitCode(await run)
    })
}
