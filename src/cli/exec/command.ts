import type { ExecStreams } from '../../kube/exec.ts'
import { exec } from '../exec.ts'
import { aboutFleet, type FleetCommandFlags, onFleet } from '../fleet/on-fleet.ts'
import { CommandError } from '../manifests.ts'
import type { ClusterFlags, DefineCommand, Screen, Terminal } from '../terminal.ts'

interface ExecFlags extends FleetCommandFlags {
  readonly namespace?: string
  readonly container?: string
  readonly stdin: boolean
  readonly tty: boolean
}

export const defineExec: DefineCommand = (program, terminal) => {
  aboutFleet(program.command('exec'))
    .argument('<pod>', 'a pod, or what has pods: web-x2k8p, deployment/web')
    .argument('<command...>', 'after --: what to run')
    .description('Runs a command in a container of one member, found by the name of the pod or chosen by -C.')
    .option('-n, --namespace <name>', 'namespace; default: that of the context')
    .option('-c, --container <name>', "container; default: the pod's default one")
    .option('-i, --stdin', 'give it your input', false)
    .option('-t, --tty', 'give it a terminal; with -i', false)
    .action(async (subject: string, command: readonly string[], flags: ExecFlags) => {
      const { container, stdin, tty } = flags
      const namespace = flags.namespace ?? terminal.namespaceOf(program.opts<ClusterFlags>())
      const { screen } = terminal
      if (tty && (!stdin || screen === undefined)) {
        throw new CommandError('-t is for a terminal, and goes with -i: leave it out where input or output is none')
      }
      const options = { subject, namespace, command, tty, ...(container !== undefined && { container }) }
      const streams = streamsOf(terminal, { stdin, screen: tty ? screen : undefined })
      try {
        const run = onFleet({ program, terminal }, flags, asked =>
          exec({ asked, streams, warn: terminal.warn }, options),
        )
        terminal.setExitCode(await run)
      } finally {
        if (tty) screen?.setRaw(false)
        stopReading(terminal.input)
      }
    })
}

function streamsOf(
  { input, writeBytes, warnBytes }: Terminal,
  { stdin, screen }: { readonly stdin: boolean; readonly screen: Screen | undefined },
): ExecStreams {
  return {
    stdout: writeBytes,
    stderr: warnBytes,
    ...(stdin && { input: bytesOf(input, screen) }),
    ...(screen !== undefined && {
      onResize: run => {
        run(screen.size())
        screen.onResize(() => run(screen.size()))
      },
    }),
  }
}

/** Keys are given as they are pressed from the moment that the command reads. */
async function* bytesOf(input: NodeJS.ReadableStream, screen: Screen | undefined): AsyncGenerator<Uint8Array, void> {
  screen?.setRaw(true)
  for await (const chunk of input) yield Buffer.from(chunk)
}

/** Input that nobody ends would keep the process alive. */
function stopReading(input: NodeJS.ReadableStream): void {
  input.pause()
  if ('unref' in input && typeof input.unref === 'function') input.unref()
}
