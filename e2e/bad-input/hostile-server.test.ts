import { afterEach, describe, expect, it } from '@jest/globals'
import type { Resource } from '../../src/api/kinds.ts'
import type { Client } from '../../src/kube/client.ts'
import { type Discovery, newDiscovery } from '../../src/kube/discovery.ts'
import { newClient } from '../../src/kube/new-client.ts'
import { isTransportError, StatusError } from '../../src/kube/status-error.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { newInformer } from '../../src/runtime/informer.ts'
import { silentLog } from '../../src/testing/silent-log.ts'
import { waitFor } from '../controlplane/wait.ts'
import { newRandom, type Random } from '../soak/random.ts'
import { HOSTILE_ANSWERS } from './hostile-answers.ts'
import { type HostileFront, startHostileFront } from './hostile-front.ts'

// What a member's apiserver may answer, over all that is asked of one. A run repeats with FUZZ_SEED.
const SEED = Number(process.env['FUZZ_SEED'] ?? 20261121)
const CASES = Number(process.env['FUZZ_ANSWERS'] ?? 300)
const AT_ONCE = 24
const LIMIT_MS = 700
/** Far more than any of them takes: the machine may be busy. */
const PATIENCE_MS = 60_000
const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const KEY = { namespace: 'default', name: 'a' }
const OBJECT = { apiVersion: 'v1', kind: 'ConfigMap', metadata: KEY }
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Asker {
  readonly client: Client
  readonly discovery: Discovery
}

type Question = (
  asker: Asker,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
) => Promise<unknown>

const QUESTIONS: Readonly<Record<string, Question>> = {
  readiness: ({ client }, options) => client.probe('/readyz', options),
  version: ({ discovery }, options) => discovery.serverVersion(options),
  'all APIs': ({ discovery }, options) => discovery.readAll(options),
  'one kind': ({ discovery }, options) => discovery.resourceFor(CONFIG_MAP, options),
  get: ({ client }, options) => client.get(CONFIG_MAP, KEY, options),
  list: ({ client }, options) => client.list(CONFIG_MAP, {}, options),
  create: ({ client }, options) => client.create(CONFIG_MAP, OBJECT, options),
  apply: ({ client }, options) => client.apply(CONFIG_MAP, OBJECT, options),
  update: ({ client }, options) => client.update(CONFIG_MAP, OBJECT, options),
  patch: ({ client }, options) => client.patch(CONFIG_MAP, KEY, { type: 'merge', body: {} }, options),
  delete: ({ client }, options) => client.delete(CONFIG_MAP, KEY, options),
  token: ({ client }, options) => client.request('POST', '/api/v1/namespaces/a/serviceaccounts/a/token', {}, options),
  log: async ({ client }, options) => {
    for await (const _ of client.readText('/api/v1/namespaces/a/pods/a/log', options));
  },
  watch: async ({ client }, options) => {
    for await (const _ of client.watch(CONFIG_MAP, {}, { ...options, resourceVersion: '1', timeoutSeconds: 2 }));
  },
}

function askerOf({ endpoint: { url, ca, token }, stop }: HostileFront): Asker {
  const limits = {
    timeoutMs: LIMIT_MS,
    maxResponseBytes: 1024 * 1024,
    maxWatchEventBytes: 256 * 1024,
    maxRetries: 1,
    maxDialBackoffMs: 20,
  }
  const client = newClient({ name: 'm', server: url, caPem: ca, token: { type: 'static', token } }, { limits })
  closing.push(() => client.close(), stop)
  return { client, discovery: newDiscovery(client) }
}

/** Ends with what was given; what does not end by itself within its limits is a fault. */
async function outcomeOf(question: Question, asker: Asker): Promise<unknown> {
  const signal = AbortSignal.timeout(2 * LIMIT_MS)
  const patience = Promise.withResolvers<never>()
  const timer = setTimeout(() => patience.reject(new Error('it does not end')), PATIENCE_MS)
  try {
    return await Promise.race([question(asker, { signal, timeoutMs: LIMIT_MS }), patience.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** @returns what is wrong with a failure: it names no cause, tells a secret, or is a mistake of ours. */
function faultOf(error: unknown): string | undefined {
  if (!(error instanceof StatusError || isTransportError(error)))
    return `is no error of a server: ${error instanceof Error ? error.stack : error}`
  const text = `${error.message} ${JSON.stringify(error)}`
  if (error.message.trim() === '') return 'says nothing'
  if (error.message.length > 32_768) return `says ${error.message.length} characters`
  if (text.includes('secret-token')) return 'tells the token'
  return /\p{Cc}/u.test(error.message.replaceAll(/[\n\t]/g, '')) ? 'has characters that move the cursor' : undefined
}

describe.each(['h2', 'http/1.1'] as const)(`a server over %s that is against us, from seed ${SEED} on`, protocol => {
  it('is told by what it sends, whatever was asked', async () => {
    const random: Random = newRandom(SEED)
    const front = await startHostileFront({ random, protocol })
    const names = Object.keys(HOSTILE_ANSWERS)
    front.become(() => HOSTILE_ANSWERS[random.pick(names)])
    const asker = askerOf(front)
    const faults: string[] = []
    let left = CASES
    const ask = async (): Promise<void> => {
      while (left-- > 0 && faults.length < 10) {
        const name = random.pick(Object.keys(QUESTIONS))
        const fault = await outcomeOf(QUESTIONS[name] ?? fail, asker).then(() => undefined, faultOf)
        if (fault !== undefined) faults.push(`${name}: ${fault}`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, ask))
    expect(faults).toEqual([])
    expect(front.followed).toBe(0)
    expect(Object.keys(Object.prototype)).toEqual([])
  }, 600_000)
})

it.each(Object.keys(HOSTILE_ANSWERS))(
  'a server that answers each question with %s is told',
  async name => {
    const front = await startHostileFront({ random: newRandom(SEED) })
    front.become(() => HOSTILE_ANSWERS[name])
    const asker = askerOf(front)
    const faults = await Promise.all(
      Object.entries(QUESTIONS).map(async ([about, question]) => {
        const fault = await outcomeOf(question, asker).then(() => undefined, faultOf)
        return fault && `${about}: ${fault}`
      }),
    )
    expect(faults.filter(Boolean)).toEqual([])
    expect(front.followed).toBe(0)
  },
  600_000,
)

it.each(Object.keys(HOSTILE_ANSWERS))(
  'nothing counts as deleted by %s',
  async name => {
    const front = await startHostileFront({ random: newRandom(SEED) })
    front.become(() => HOSTILE_ANSWERS[name])
    const { client } = askerOf(front)
    await expect(client.delete(CONFIG_MAP, KEY, { timeoutMs: LIMIT_MS })).rejects.toThrow()
  },
  600_000,
)

it.each(['a page that is followed by itself', 'objects without end'])(
  'a list that goes on with %s does not fill the memory',
  async name => {
    const front = await startHostileFront({ random: newRandom(SEED) })
    front.become(() => HOSTILE_ANSWERS[name])
    const { client } = askerOf(front)
    const informer = newInformer(
      { client, clock: systemClock, log: silentLog },
      { resource: CONFIG_MAP, mostObjects: 100 },
    )
    await waitFor(async () => (informer.lastError?.message.includes('more than 100 configmaps') ? true : undefined), {
      until: 'it is told that there are too many',
      timeoutMs: PATIENCE_MS,
      everyMs: 20,
    })
    expect(informer.list().length).toBeLessThanOrEqual(100)
    informer.stop()
  },
  600_000,
)

function fail(): never {
  throw new Error('there is no such question')
}
