import { stringAt } from '../../object/field.ts'
import type { MemberPod } from '../fleet/pods.ts'
import { CommandError } from '../manifests.ts'

/**
 * The one pod in which a command runs: of several of one member the first that runs; of several members none, since it is
 * not for us to choose.
 *
 * @throws CommandError saying what to add.
 */
export function choosePod(pods: readonly MemberPod[], subject: string): MemberPod {
  const members = [...new Set(pods.map(({ member }) => member.name))]
  if (members.length > 1) {
    throw new CommandError(`${subject} is in ${members.join(' and ')}: choose one of them with -C`)
  }
  const running = pods.find(({ pod }) => stringAt(pod, 'status', 'phase') === 'Running')
  const [first] = pods
  if (first === undefined) throw new CommandError(`no member that was asked has pods of ${subject}`)
  if (running !== undefined) return running
  const phase = stringAt(first.pod, 'status', 'phase') ?? 'not running'
  throw new CommandError(`${subject} does not run in ${first.member.name}: pod ${first.pod.metadata.name} is ${phase}`)
}
