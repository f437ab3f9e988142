import { type ExecStreams, exec as run } from '../kube/exec.ts'
import { keyOf } from '../object/object-key.ts'
import { printable } from '../object/printable.ts'
import { choosePod } from './exec/choose-pod.ts'
import type { AskedFleet } from './fleet/on-fleet.ts'
import { describeFailure } from './fleet/open-members.ts'
import { chooseContainer, findPods } from './fleet/pods.ts'

export interface ExecCommandOptions {
  /** `web-x2k8p`, or what has pods: `deployment/web`. */
  readonly subject: string
  readonly namespace: string
  /** Absent: the pod's default one. */
  readonly container?: string
  readonly command: readonly string[]
  readonly tty: boolean
}

export interface ExecDeps {
  readonly asked: AskedFleet
  readonly streams: ExecStreams
  readonly warn: (text: string) => void
}

/**
 * Runs a command in a container of one member.
 *
 * @returns the exit code: that of the command, or 1 when it could not be run.
 * @throws CommandError when it is not clear where.
 */
export async function exec({ asked, streams, warn }: ExecDeps, options: ExecCommandOptions): Promise<number> {
  const { subject, namespace, command, tty } = options
  const { signal } = asked
  const answers = await asked.ask(member => findPods(member, { subject, namespace }, signal))
  const { member, pod } = choosePod(
    answers.flatMap(({ answer }) => answer),
    subject,
  )
  const container = chooseContainer(pod, options.container)
  try {
    const { exitCode, message } = await run(
      member.config,
      { pod: keyOf(pod), container, command, tty, signal },
      streams,
    )
    if (message !== undefined) warn(`${member.name}: ${printable(message)}\n`)
    return exitCode
  } catch (error) {
    asked.fail({ cluster: member.name, message: describeFailure(error, asked.fleet.identity) })
    return 1
  }
}
