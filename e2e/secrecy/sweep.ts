import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { notedSecrets, noteSecret } from './canaries.ts'
import { rightsUsed } from './rights-used.ts'
import { newSearch } from './search.ts'
import { secretValues } from './secret-values.ts'

/** Where suites say what they searched, for who runs them all (scripts/run-tests.ts). */
export const REPORTS = 'FLOTILLA_SECRECY_REPORTS'

/** What was searched at the end of one suite. */
export interface SweepReport {
  readonly suite: string
  /** Logs, pages, lists of objects. */
  readonly texts: number
  readonly bytes: number
  readonly secrets: number
  /** What the operator did on its host: `verb resource.group/subresource`. */
  readonly rights: readonly string[]
  /** `<where>: <what>`; never the secret itself. */
  readonly leaks: readonly string[]
}

export interface Sweep {
  readonly suite: string
  readonly clusters: readonly Pick<ControlPlane, 'name' | 'request'>[]
  /** Of the programs under test: their logs, and what they leave when they crash. */
  readonly logs: string
  /** http://…/metrics of each operator. */
  readonly metricsUrls: readonly string[]
  /** What else was said, where none of these reach. */
  readonly texts?: readonly Text[]
}

/** Something that a program has said. */
export interface Text {
  readonly where: string
  readonly text: Buffer
}

/** An operator's page from which its rights are read. */
export const METRICS_PAGE = 'the page /metrics'
/** What an operator, or an agent, serves. */
export const PAGES: readonly string[] = ['/metrics', '/readyz', '/healthz']

/** Lists that people read who may not read Secrets; those of one side are not served on the other. */
const READ_BY_OTHERS = [
  '/api/v1/events',
  '/apis/events.k8s.io/v1/events',
  '/apis/cluster.karmada.io/v1alpha1/clusters',
  '/apis/work.karmada.io/v1alpha2/resourcebindings',
  '/apis/work.karmada.io/v1alpha2/clusterresourcebindings',
  '/apis/coordination.k8s.io/v1/leases',
  '/api/v1/nodes',
] as const
const REQUEST_MS = 5000
/** What programs write, on purpose or when they crash. */
const WRITTEN = /\.log$|^report\..*\.json$|\.(?:heapsnapshot|heapprofile|cpuprofile)$|^core(?:[.-].+)?$|\.transcript$/

/**
 * Searches all that a suite's programs have said, and counts it as one that has looked.
 *
 * @throws when a secret is found, with its place.
 */
export async function sweep(options: Sweep): Promise<SweepReport> {
  const report = await searchAll(options)
  const folder = process.env[REPORTS]
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${randomUUID()}.json`), JSON.stringify(report))
  }
  if (report.leaks.length > 0) throw new Error(`secrets were seen:\n${report.leaks.join('\n')}`)
  return report
}

/**
 * Searches all that a suite's programs have said for all secrets that it has made: those noted, and those that Secrets of its clusters
 * hold. Clusters that do not answer are left out.
 */
export async function searchAll(options: Sweep): Promise<SweepReport> {
  await Promise.all(options.clusters.map(noteSecretsOf))
  const texts = [
    ...logsIn(options.logs),
    ...(await Promise.all(options.clusters.map(listsOf))).flat(),
    ...(await Promise.all(options.metricsUrls.map(pagesOf))).flat(),
    ...(options.texts ?? []),
  ]
  const secrets = notedSecrets()
  const search = newSearch(secrets)
  const leaks = texts.flatMap(({ where, text }) =>
    search.find(text).map(({ what, at }) => `${where}, byte ${at}: ${what}`),
  )
  const bytes = texts.reduce((sum, { text }) => sum + text.length, 0)
  return {
    suite: options.suite,
    texts: texts.length,
    bytes,
    secrets: secrets.length,
    rights: rightsIn(texts),
    leaks,
  }
}

function rightsIn(texts: readonly Text[]): readonly string[] {
  const pages = texts.filter(({ where }) => where === METRICS_PAGE)
  return pages.flatMap(({ text }) => rightsUsed(text.toString()))
}

/** Notes what the Secrets of a cluster hold; nothing of one that does not answer. */
export async function noteSecretsOf(cluster: Sweep['clusters'][number]): Promise<void> {
  const list = await readList(cluster, '/api/v1/secrets')
  for (const { what, value } of secretValues(list)) noteSecret(`${what} (${cluster.name})`, value)
}

/** @returns undefined for a cluster that is down or has gone, and for what it does not serve. */
async function readList(cluster: Sweep['clusters'][number], path: string): Promise<unknown> {
  try {
    return await cluster.request(path, { timeoutMs: REQUEST_MS })
  } catch {
    return undefined
  }
}

function logsIn(folder: string): readonly Text[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && WRITTEN.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => ({ where: basename(path), text: readFileSync(path) }))
}

async function listsOf(cluster: Sweep['clusters'][number]): Promise<readonly Text[]> {
  const lists = READ_BY_OTHERS.map(async path => {
    const list = await readList(cluster, path)
    return list === undefined ? [] : [{ where: `${path} of ${cluster.name}`, text: Buffer.from(JSON.stringify(list)) }]
  })
  return (await Promise.all(lists)).flat()
}

/** @returns what an operator, or an agent, serves; nothing of one that does not answer. */
export async function pagesOf(metricsUrl: string): Promise<readonly Text[]> {
  const pages = PAGES.map(async path => {
    const where = new URL(path, metricsUrl).href
    const answer = await fetch(where, { signal: AbortSignal.timeout(REQUEST_MS) }).catch(() => undefined)
    return answer === undefined ? [] : [{ where: `the page ${path}`, text: Buffer.from(await answer.text()) }]
  })
  return (await Promise.all(pages)).flat()
}
