import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { round } from './report.ts'

/** As the inspector gives it. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  /** Ids of nodes, one for each look. */
  readonly samples?: readonly number[]
  /** µs before each of them. */
  readonly timeDeltas?: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: CallFrame
  readonly children?: readonly number[]
}

export interface CallFrame {
  readonly functionName: string
  readonly url: string
  /** From 0. */
  readonly lineNumber: number
  readonly columnNumber: number
}

/** Where the CPU time of a process went: by self time, its idle time left out. */
export interface Profile {
  /** Of the main thread, while it was not idle. */
  readonly busySeconds: number
  /** How long was looked. */
  readonly seconds: number
  /** All of it, largest first. */
  readonly parts: readonly ProfilePart[]
  /** The largest single functions. */
  readonly functions: readonly (ProfilePart & { readonly where: string })[]
}

export interface ProfilePart {
  readonly name: string
  /** Percent of the busy time. */
  readonly percent: number
}

/** @returns the source of a position, relative to the root; undefined where there is none. */
export type SourcePositions = (frame: CallFrame) => { readonly path: string; readonly line: number } | undefined

const MICROS_PER_SECOND = 1e6
const FUNCTIONS = 25
const IDLE = '(idle)'
/** A Map: functions are called `constructor` too. */
const ROOTS = new Map([
  ['(garbage collector)', 'garbage collection'],
  ['(program)', 'outside of JavaScript'],
  ['(root)', 'outside of JavaScript'],
])
/** Modules of Node by what they are for; the first that fits. */
const NODE_PARTS: readonly (readonly [RegExp, string])[] = [
  [/http2|_http|http/, 'Node: HTTP'],
  [/inspector/, 'the profiler itself'],
  [/tls|crypto/, 'Node: TLS, hashes'],
  [/stream|net|buffer|string_decoder/, 'Node: streams, sockets, buffers'],
  [/timers|task_queue|process|async_hooks|events/, 'Node: timers, events, promises'],
]

/** @returns where the time went. */
export function summarizeProfile(profile: CpuProfile, positions: SourcePositions): Profile {
  const { nodes, samples = [], timeDeltas = [] } = profile
  const micros = new Map<number, number>()
  for (const [index, id] of samples.entries()) micros.set(id, (micros.get(id) ?? 0) + (timeDeltas[index] ?? 0))
  const parents = new Map(nodes.flatMap(node => (node.children ?? []).map(child => [child, node] as const)))
  const busy = nodes.filter(({ callFrame }) => callFrame.functionName !== IDLE)
  const total = sumOf(busy.map(({ id }) => micros.get(id) ?? 0))
  const parts = new Map<string, number>()
  const functions = new Map<string, number>()
  for (const node of busy) {
    const self = micros.get(node.id) ?? 0
    add(parts, partOf(node, parents, positions), self)
    add(functions, functionOf(node, positions), self)
  }
  return {
    seconds: round(sumOf([...micros.values()]) / MICROS_PER_SECOND),
    busySeconds: round(total / MICROS_PER_SECOND),
    parts: shares(parts, total).filter(({ percent }) => percent > 0),
    functions: shares(functions, total)
      .slice(0, FUNCTIONS)
      .map(({ name, percent }) => ({ name: name.split(' @ ')[0] ?? '', where: name.split(' @ ')[1] ?? '', percent })),
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}

function add(sums: Map<string, number>, name: string, amount: number): void {
  sums.set(name, (sums.get(name) ?? 0) + amount)
}

function shares(sums: ReadonlyMap<string, number>, total: number): readonly ProfilePart[] {
  return [...sums]
    .map(([name, amount]) => ({ name, percent: total === 0 ? 0 : Math.round((amount / total) * 1000) / 10 }))
    .sort((a, b) => b.percent - a.percent || a.name.localeCompare(b.name))
}

/** A function without a file is one of Node's or V8's own: it belongs to whoever calls it. */
function partOf(node: ProfileNode, parents: ReadonlyMap<number, ProfileNode>, positions: SourcePositions): string {
  for (let at: ProfileNode | undefined = node; at !== undefined; at = parents.get(at.id)) {
    const part = partOfFrame(at.callFrame, positions)
    if (part !== undefined) return part
  }
  return 'outside of JavaScript'
}

function partOfFrame(frame: CallFrame, positions: SourcePositions): string | undefined {
  const root = ROOTS.get(frame.functionName)
  if (root !== undefined) return root
  if (frame.url === '') return undefined
  if (frame.url.startsWith('node:'))
    return NODE_PARTS.find(([pattern]) => pattern.test(frame.url))?.[1] ?? 'Node: the rest'
  const path = positions(frame)?.path ?? basename(frame.url)
  const [, dependency] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? []
  if (dependency !== undefined) return dependency
  const folders = path.split('/')
  if (folders[0] !== 'src') return path
  return folders.slice(0, folders.length > 3 && folders[1] === 'addons' ? 3 : 2).join('/')
}

function functionOf({ callFrame }: ProfileNode, positions: SourcePositions): string {
  const name = callFrame.functionName === '' ? '(anonymous)' : callFrame.functionName
  if (callFrame.url === '') return `${name} @ `
  const position = positions(callFrame)
  return `${name} @ ${position === undefined ? callFrame.url : `${position.path}:${position.line}`}`
}

/** A package may have a folder src/ as well. */
function withoutRoot(path: string): string {
  const start = [path.lastIndexOf('node_modules/'), path.lastIndexOf('/src/') + 1].find(index => index > 0)
  return start === undefined ? path : path.slice(start)
}

/** @returns the sources of what runs from the bundle in a folder. */
export function newSourcePositions(folder: string): SourcePositions {
  const maps = new Map<string, SourceMap>()
  const bundled = pathToFileURL(folder).href
  const mapOf = (file: string): SourceMap => {
    const known = maps.get(file) ?? new SourceMap(JSON.parse(readFileSync(join(folder, `${file}.map`), 'utf8')))
    maps.set(file, known)
    return known
  }
  return ({ url, lineNumber, columnNumber }) => {
    if (!url.startsWith(bundled) || !url.endsWith('.mjs')) return undefined
    const entry = mapOf(basename(url)).findEntry(lineNumber, columnNumber)
    if (!('originalSource' in entry)) return undefined
    return { path: withoutRoot(entry.originalSource), line: entry.originalLine + 1 }
  }
}
