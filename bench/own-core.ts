import { readdirSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { createObservedBurst } from './burst.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import type { Question } from './question.ts'
import type { Report } from './report.ts'
import { CONFIG_MAP, openWorkload } from './workload.ts'

/**
 * Where the servers share the operator's cores, most of its delays in a burst are theirs: it is late because somebody else runs. Here
 * it comes first, as where it has a core of its own. Needs root.
 */
export const ownCore: Question = {
  name: 'own-core',
  asks: 'how late the event loop is in a burst when the operator does not wait for a core',
  clusters: 'own',
  objects: 1000,
  hindrance: () =>
    process.platform === 'linux' && process.getuid?.() === 0
      ? undefined
      : 'it needs root on Linux, to let the operator run before all others',
  measure: measureOwnCore,
}

const FIRST = -19

async function measureOwnCore(clusters: ClusterUnderTest, objects: number): Promise<Report> {
  const { operator, members } = clusters
  const workload = await openWorkload(clusters, [CONFIG_MAP])
  for (const pid of operator?.pids() ?? []) comeFirst(pid)
  const { seconds, delays } = await createObservedBurst(clusters, workload, objects)
  await workload.remove()
  return {
    question: 'own-core',
    setting: { objects, members: members.length, priority: FIRST },
    figures: { ...seconds, ...delays },
    bare: {},
    requests: [],
  }
}

/** All threads of a process; the kernel shares the cores between groups of processes first. @throws without root's rights. */
function comeFirst(pid: number): void {
  for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), FIRST)
  writeFileSync(`/proc/${pid}/autogroup`, String(FIRST))
}
