import { POD } from '../api/kinds.ts'
import { formatQuery, objectPath } from '../kube/paths.ts'
import { printable } from '../object/printable.ts'
import type { AskedFleet } from './fleet/on-fleet.ts'
import { describeFailure } from './fleet/open-members.ts'
import { chooseContainer, containersOf, findPods, type MemberPod, type PodQuery } from './fleet/pods.ts'
import { newPrefixer } from './logs/prefix.ts'

export interface LogOptions {
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  /** Of each container; absent: all. */
  readonly tailLines?: number
  readonly sinceSeconds?: number
  /** Absent: the pod's default one. */
  readonly container?: string
  readonly allContainers: boolean
}

export interface LogDeps {
  readonly asked: AskedFleet
  readonly write: (text: string) => void
}

/** A container that says nothing yet is not even begun to be answered for. */
const FOLLOW_LIMIT_MS = 24 * 3_600_000

interface Source extends MemberPod {
  readonly container: string
}

/** Logs of pods of every member, each line with member and pod before it. @returns the exit code: 1 when no pod is meant. */
export async function logs({ asked, write }: LogDeps, query: PodQuery, options: LogOptions): Promise<number> {
  const answers = await asked.ask(member => findPods(member, query, asked.signal))
  const pods = answers.flatMap(({ answer }) => answer)
  if (pods.length === 0) {
    asked.fail({
      cluster: 'flotilla',
      message: `no member that was asked has pods of ${query.subject ?? query.labelSelector}`,
    })
    return 1
  }
  const sources = pods.flatMap(each => sourcesOf(each, options))
  // A following reader waits at all of them; else they come one after the other, so that lines of one pod stay together.
  if (options.follow) await Promise.all(sources.map(source => print({ asked, write }, source, options)))
  else for (const source of sources) await print({ asked, write }, source, options)
  return 0
}

function sourcesOf(each: MemberPod, { container, allContainers }: LogOptions): readonly Source[] {
  const names = allContainers ? containersOf(each.pod).all : [chooseContainer(each.pod, container)]
  return names.map(name => ({ ...each, container: name }))
}

async function print({ asked, write }: LogDeps, source: Source, options: LogOptions): Promise<void> {
  const { member, pod, container } = source
  const { name, namespace = '' } = pod.metadata
  const { follow, previous, timestamps, tailLines, sinceSeconds, allContainers } = options
  const query = formatQuery({
    container,
    follow: follow || undefined,
    previous: previous || undefined,
    timestamps: timestamps || undefined,
    tailLines,
    sinceSeconds,
  })
  const prefixer = newPrefixer(printable([member.name, name, ...(allContainers ? [container] : [])].join(' ')))
  try {
    const path = `${objectPath(POD, { namespace, name }, 'log')}${query}`
    const request = { signal: asked.signal, ...(follow && { timeoutMs: FOLLOW_LIMIT_MS }) }
    for await (const chunk of member.client.readText(path, request)) write(prefixer.push(chunk))
  } catch (error) {
    if (!asked.signal.aborted) {
      asked.fail({ cluster: member.name, message: describeFailure(error, asked.fleet.identity) })
    }
  } finally {
    write(prefixer.end())
  }
}
