import type { KubeObject } from '../object/kube-object.ts'
import { printDescription } from './describe/print.ts'
import type { AskedFleet } from './fleet/on-fleet.ts'
import { findIn } from './get.ts'
import { readEvents, type ToldEvent } from './read-events.ts'
import { resolveSubject } from './subject.ts'

export interface DescribeOptions {
  /** `KIND/NAME`, or the two of them. */
  readonly words: readonly string[]
  readonly namespace: string
}

export interface DescribeDeps {
  readonly asked: AskedFleet
  readonly nowMs: number
  readonly write: (text: string) => void
}

/** One object as each cluster has it, with its events there. @returns the exit code: 1 when none has it. */
export async function describe(deps: DescribeDeps, options: DescribeOptions): Promise<number> {
  const { asked, nowMs, write } = deps
  const { signal } = asked
  const answers = await findIn(
    asked,
    { name: options.words.join('/') },
    async ({ client }): Promise<{ object: KubeObject; events: readonly ToldEvent[] }> => {
      const { resource, key } = await resolveSubject(client, options, signal)
      const object = await client.get(resource, key, { signal })
      const events = await readEvents(client, { kind: resource.kind, ...key, uid: object.metadata.uid }, signal)
      return { object, events }
    },
  )
  write(answers.map(({ cluster, answer }) => printDescription({ cluster, ...answer, nowMs })).join('\n'))
  return answers.length === 0 ? 1 : 0
}
