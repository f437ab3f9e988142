// Looks at an outage from outside, many times a second: what the host says, and what runs in every member.
import { setTimeout as sleep } from 'node:timers/promises'
import { type AnyObject, readObject } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CallError } from '../controlplane/rest.ts'
import { waitFor } from '../controlplane/wait.ts'

const LOOK_MS = 50
const ANSWER_MS = 1_000
const PATIENCE_MS = 120_000
/** Instead of a number of replicas: there is no such object. */
const ABSENT = -1

/** What is to be looked at. */
export interface Scene {
  readonly host: ControlPlane
  readonly members: readonly ControlPlane[]
  readonly namespace: string
  /** The member that something happens to. */
  readonly victim: string
  /** Deployments, with the replicas that each should have. */
  readonly workloads: Readonly<Record<string, number>>
}

/** One look. What does not answer is as it was last seen: a cluster that is cut off runs on. */
export interface Look {
  readonly cluster: AnyObject
  readonly bindings: Readonly<Record<string, AnyObject>>
  /** Ready replicas of each workload, by member. */
  readonly ready: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** The workloads of which the victim holds an object. */
  readonly held: readonly string[]
}

export interface Observer {
  /** Notes when something is first seen. */
  milestone(name: string, isSeen: (look: Look) => boolean): void
  /** Waits until all milestones have been seen. @returns when, in milliseconds after the start. */
  reached(): Promise<Readonly<Record<string, number>>>
  /** The fewest ready replicas of a workload in all members that any look has seen. */
  readonly fewest: Readonly<Record<string, number>>
  stop(): Promise<void>
}

/** Begins to look, with everything as it is before anything happens. */
export async function startObserver(scene: Scene): Promise<Observer> {
  const startMs = performance.now()
  const wanted = new Map<string, (look: Look) => boolean>()
  const seen: Record<string, number> = {}
  const fewest: Record<string, number> = {}
  const known = new Map<string, number>()
  let stopped = false
  const note = async (look: Look): Promise<void> => {
    for (const [name, isSeen] of wanted) {
      if (seen[name] === undefined && isSeen(look)) seen[name] = Math.round(performance.now() - startMs)
    }
    for (const [name, count] of Object.entries(scene.workloads)) {
      const sum = await confirmedSum({ scene, known, look }, name, count)
      fewest[name] = Math.min(fewest[name] ?? Number.POSITIVE_INFINITY, sum)
    }
  }
  await note(await lookAt(scene, known))
  const running = (async () => {
    while (!stopped) {
      // The host may be too busy to answer once; the next look will tell.
      const look = await lookAt(scene, known).catch(() => undefined)
      if (look !== undefined) await note(look)
      await sleep(LOOK_MS)
    }
  })()
  return {
    milestone: (name, isSeen) => void wanted.set(name, isSeen),
    fewest,
    async reached() {
      const missing = (): readonly string[] => [...wanted.keys()].filter(name => seen[name] === undefined)
      await waitFor(async () => (missing().length === 0 ? true : undefined), {
        until: `everything was seen: ${[...wanted.keys()].join(', ')}`,
        timeoutMs: PATIENCE_MS,
        everyMs: LOOK_MS,
      }).catch(error => {
        throw new Error(`never seen: ${missing().join(', ')}; seen: ${JSON.stringify(seen)}`, { cause: error })
      })
      return seen
    },
    async stop() {
      stopped = true
      await running
    },
  }
}

type Known = Map<string, number>

interface Named {
  readonly name: string
  readonly namespace: string
}

async function lookAt(scene: Scene, known: Known): Promise<Look> {
  const { host, namespace, victim, workloads } = scene
  const names = Object.keys(workloads)
  const [cluster, bindings, ready] = await Promise.all([
    readObject(host, { kind: 'cluster', name: victim }),
    Promise.all(names.map(name => readObject(host, { kind: 'rb', name: `${name}-deployment`, namespace }))),
    Promise.all(names.map(name => readyOf(scene, known, name))),
  ])
  return {
    cluster,
    bindings: Object.fromEntries(names.map((name, i) => [name, bindings[i]])),
    ready: Object.fromEntries(names.map((name, i) => [name, ready[i] ?? {}])),
    held: names.filter(name => known.get(`${victim}/${name}`) !== ABSENT),
  }
}

async function readyOf(
  { members, namespace }: Scene,
  known: Known,
  name: string,
): Promise<Readonly<Record<string, number>>> {
  const counts = await Promise.all(members.map(member => readyIn(member, { name, namespace }, known)))
  return Object.fromEntries(members.map((member, i) => [member.name, counts[i] ?? 0]))
}

async function readyIn(member: ControlPlane, { name, namespace }: Named, known: Known): Promise<number> {
  const key = `${member.name}/${name}`
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`
  try {
    const found: AnyObject = await member.request(path, { timeoutMs: ANSWER_MS })
    known.set(key, found.status?.readyReplicas ?? 0)
  } catch (error) {
    if (error instanceof CallError && error.statusCode === 404) known.set(key, ABSENT)
  }
  return Math.max(0, known.get(key) ?? 0)
}

/**
 * Members are not read in one moment: an old copy may be seen gone when the new ones were last seen just before they were ready.
 * What seems too few is therefore looked at once more, with the old copies as they were.
 */
async function confirmedSum(
  { scene, known, look }: { readonly scene: Scene; readonly known: Known; readonly look: Look },
  name: string,
  wanted: number,
): Promise<number> {
  const first = look.ready[name] ?? {}
  if (sumOf(first) >= wanted) return sumOf(first)
  const again = await readyOf(scene, known, name)
  const best = Object.keys(first).map(member => Math.max(first[member] ?? 0, again[member] ?? 0))
  return best.reduce((sum, count) => sum + count, 0)
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
