/** A key of an etcd and the text that it holds. */
export interface Entry {
  readonly key: string
  readonly value: string
}

/** So many operations an etcd takes in one transaction. */
const MOST_OPERATIONS = 128
const TRANSACTIONS_IN_FLIGHT = 4
const PAGE = 500

/** Writes entries as fast as the etcd takes them; an apiserver learns of them as of what another apiserver writes. */
export async function putAll(url: string, entries: Iterator<Entry>): Promise<number> {
  let written = 0
  const worker = async (): Promise<void> => {
    for (let batch = take(entries); batch.length > 0; batch = take(entries)) {
      written += batch.length
      const success = batch.map(({ key, value }) => ({ requestPut: { key: encode(key), value: encode(value) } }))
      await ask(url, 'txn', { success })
    }
  }
  await Promise.all(Array.from({ length: TRANSACTIONS_IN_FLIGHT }, worker))
  return written
}

/** Removes what stands under a prefix. */
export async function removeUnder(url: string, prefix: string): Promise<void> {
  await ask(url, 'deleterange', { key: encode(prefix), range_end: encode(endOf(prefix)) })
}

/** @returns the text of a key. @throws when there is none. */
export async function entryAt(url: string, key: string): Promise<Entry> {
  const { kvs = [] } = await ask<Range>(url, 'range', { key: encode(key) })
  const [found] = kvs
  if (found === undefined) throw new Error(`etcd holds no ${key}`)
  return { key, value: decode(found.value ?? '') }
}

/** @returns how many keys stand under a prefix. */
export async function countUnder(url: string, prefix: string): Promise<number> {
  const range = { key: encode(prefix), range_end: encode(endOf(prefix)), count_only: true }
  return Number((await ask<Range>(url, 'range', range)).count ?? 0)
}

/** @returns the revision of the last write. */
export async function revisionOf(url: string): Promise<number> {
  return Number((await ask<Range>(url, 'range', { key: encode('/'), count_only: true })).header?.revision ?? 0)
}

/** @returns the keys under a prefix that were written after a revision. */
export async function writtenSince(url: string, prefix: string, revision: number): Promise<readonly string[]> {
  const { kvs = [] } = await ask<Range>(url, 'range', {
    key: encode(prefix),
    range_end: encode(endOf(prefix)),
    min_mod_revision: revision + 1,
    keys_only: true,
    limit: PAGE,
  })
  return kvs.map(({ key }) => decode(key))
}

interface Range {
  readonly kvs?: readonly { readonly key: string; readonly value?: string }[]
  readonly more?: boolean
  readonly count?: string
  readonly header?: { readonly revision?: string }
}

function take(entries: Iterator<Entry>): readonly Entry[] {
  const batch: Entry[] = []
  while (batch.length < MOST_OPERATIONS) {
    const next = entries.next()
    if (next.done === true) break
    batch.push(next.value)
  }
  return batch
}

async function ask<T>(url: string, operation: string, body: object): Promise<T> {
  const response = await fetch(new URL(`/v3/kv/${operation}`, url), { method: 'POST', body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`etcd ${operation}: ${response.status} ${await response.text()}`)
  // What an etcd answers is known.
  return (await response.json()) as T
}

/** The first key after all that begin with a prefix of ASCII. */
function endOf(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64')
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}
