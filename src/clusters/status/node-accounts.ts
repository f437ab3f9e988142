import { deepEqual } from '../../object/equality.ts'
import { milliUnits, wholeUnits } from '../../object/quantity.ts'
import type { Change } from '../../runtime/informer.ts'
import type { Amounts as CountedAmounts } from '../../scheduling/estimate/amounts.ts'
import type { NodeRoom } from '../../scheduling/estimate/member-room.ts'
import type { Amounts } from './amounts.ts'
import type { NodeFacts } from './node-facts.ts'
import type { PodFacts } from './pod-facts.ts'

/** What nodes offer and what pods hold of it, kept up to date change by change: a look costs no pass over pods. */
export interface NodeAccounts {
  /** Grows with every change that counts. */
  readonly version: number
  nodes(): readonly NodeRoom[]
  placedPods(workload: string): number
  /** Pods of a workload that have been without a node since `beforeMs` or longer; milliseconds since the epoch. */
  unschedulablePods(workload: string, beforeMs: number): number
  takeNode(change: Change<NodeFacts>): void
  takePod(change: Change<PodFacts>): void
}

/** A node, or what pods hold of one that is not known (yet). */
interface Account {
  readonly name: string
  labels: NodeRoom['labels']
  taints: NodeRoom['taints']
  allocatable: CountedAmounts
  isKnown: boolean
  readonly requested: Map<string, number>
  pods: number
}

/** @param onGain called when a node may take more than before. */
export function newNodeAccounts(onGain: () => void): NodeAccounts {
  const accounts = new Map<string, Account>()
  const placed = new Map<string, number>()
  const waiting = new Map<string, Map<string, number>>()
  const counted = newCounter()
  let version = 0
  let known: readonly NodeRoom[] | undefined
  const book = (pod: PodFacts | undefined, sign: 1 | -1): void => {
    if (pod === undefined || !holds(pod)) return
    const account = accountOf(accounts, pod.nodeName)
    account.pods += sign
    for (const [resource, amount] of counted(pod.requests)) addCount(account.requested, resource, sign * amount)
    dropEmpty(accounts, account)
    version++
    if (sign < 0) onGain()
  }
  return {
    get version() {
      return version
    },
    nodes: () => {
      known ??= [...accounts.values()].filter(({ isKnown }) => isKnown)
      return known
    },
    placedPods: workload => placed.get(workload) ?? 0,
    unschedulablePods: (workload, beforeMs) =>
      [...(waiting.get(workload)?.values() ?? [])].filter(sinceMs => sinceMs <= beforeMs).length,
    takeNode: ({ type, object }) => {
      const account = accountOf(accounts, object.metadata.name)
      const isChanged = describeNode(account, type === 'deleted' ? undefined : object, counted)
      dropEmpty(accounts, account)
      if (!isChanged) return
      version++
      known = undefined
      if (type !== 'deleted') onGain()
    },
    takePod: change => {
      noteWaiting(waiting, change)
      const [before, after] = statesOf(change)
      notePlaced(placed, before, -1)
      notePlaced(placed, after, 1)
      if (before !== undefined && after !== undefined && holdsSame(before, after)) return
      book(before, -1)
      book(after, 1)
    },
  }
}

function accountOf(accounts: Map<string, Account>, name: string): Account {
  const known = accounts.get(name)
  if (known !== undefined) return known
  const account: Account = { name, ...UNKNOWN, requested: new Map(), pods: 0 }
  accounts.set(name, account)
  return account
}

const UNKNOWN = { labels: {}, taints: [], allocatable: new Map<string, number>(), isKnown: false }

/** @returns whether anything is different from before. */
function describeNode(account: Account, node: NodeFacts | undefined, counted: Counter): boolean {
  const { labels, taints, allocatable, isKnown } = account
  const after = node && { ...node, allocatable: counted(node.allocatable), isKnown: true }
  const { labels: l, taints: t, allocatable: a, isKnown: k } = after ?? UNKNOWN
  if (deepEqual({ labels, taints, allocatable, isKnown }, { labels: l, taints: t, allocatable: a, isKnown: k }))
    return false
  Object.assign(account, { labels: l, taints: t, allocatable: a, isKnown: k })
  return true
}

function statesOf(change: Change<PodFacts>): readonly [PodFacts | undefined, PodFacts | undefined] {
  switch (change.type) {
    case 'added':
      return [undefined, change.object]
    case 'updated':
      return [change.previous, change.object]
    case 'deleted':
      return [change.object, undefined]
  }
}

function holds(pod: PodFacts): boolean {
  return pod.nodeName !== '' && !pod.terminal
}

function holdsSame(a: PodFacts, b: PodFacts): boolean {
  return holds(a) === holds(b) && a.nodeName === b.nodeName && deepEqual(a.requests, b.requests)
}

function dropEmpty(accounts: Map<string, Account>, { name, isKnown, pods }: Account): void {
  if (!isKnown && pods === 0) accounts.delete(name)
}

/** One that has ended counts as well: its place was taken, and those of a Job may end before anybody looks. */
function notePlaced(placed: Map<string, number>, pod: PodFacts | undefined, sign: 1 | -1): void {
  if (pod !== undefined && pod.nodeName !== '' && pod.workload !== '') addCount(placed, pod.workload, sign)
}

function addCount(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}

/** Nearly all pods have a node: only the others are held by name. */
function noteWaiting(waiting: Map<string, Map<string, number>>, { type, object }: Change<PodFacts>): void {
  const { metadata, workload, nodeName, unschedulableSinceMs: sinceMs } = object
  const isWaiting = type !== 'deleted' && nodeName === '' && sinceMs !== undefined && workload !== ''
  const ofWorkload = waiting.get(workload) ?? new Map<string, number>()
  if (isWaiting) waiting.set(workload, ofWorkload.set(metadata.name, sinceMs))
  else if (ofWorkload.delete(metadata.name) && ofWorkload.size === 0) waiting.delete(workload)
}

type Counter = (amounts: Amounts) => CountedAmounts

/** Amounts in counted units; those of equal pods are one object, and counted once. */
function newCounter(): Counter {
  const known = new WeakMap<Amounts, CountedAmounts>()
  return amounts => {
    const before = known.get(amounts)
    if (before !== undefined) return before
    const entries = Object.entries(amounts).map(([name, quantity]): [string, number] => [
      name,
      name === 'cpu' ? milliUnits(quantity) : wholeUnits(quantity),
    ])
    const counted = new Map(entries)
    known.set(amounts, counted)
    return counted
  }
}
