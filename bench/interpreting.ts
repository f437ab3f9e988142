import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { parse } from 'yaml'
import { newCustomizationLayer } from '../src/interpreter/customization/customization-layer.ts'
import { newScriptCalls } from '../src/interpreter/customization/script-calls.ts'
import { newScriptThreads } from '../src/interpreter/customization/script-threads.ts'
import { type Interpreter, nativeLayer, newInterpreter, thirdPartyLayer } from '../src/interpreter/interpreter.ts'
import { newWebhookLayer, type WebhookLayer } from '../src/interpreter/webhook/webhook-layer.ts'
import type { ResourceInterpreterCustomization } from '../src/object/karmada-objects.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { systemClock } from '../src/runtime/clock.ts'
import type { WorkerPool } from '../src/runtime/worker-pool.ts'
import { newCertificate, newCertificateAuthority } from '../src/testing/certificates.ts'
import type { Question } from './question.ts'
import { type Report, round } from './report.ts'

export const interpreting: Question = {
  name: 'interpreting',
  asks: 'how long it takes to know what an object means: built in, by scripts, by a server',
  clusters: 'none',
  measure: measureInterpreting,
}

const EXAMPLES = join(import.meta.dirname, '..', 'examples', 'interpreters')
/** The same kind in each language. */
const TAUGHT = { lua: '', javascript: 'javascript', cel: 'cel' } as const
const [WARM_UP_CALLS, NATIVE_CALLS, SCRIPT_CALLS, BATCHES] = [2_000, 20_000, 200, 11]
const CALLERS = 20
const MICROS_PER_MS = 1_000
const NANOS_PER_MS = 1e6
const HOSTILE_MS = 3_000

/** Operations as the operator asks for them. */
const OPERATIONS: Readonly<Record<string, (interpreter: Interpreter, object: KubeObject) => unknown>> = {
  getReplicas: (interpreter, object) => interpreter.getReplicas(object),
  reviseReplicas: (interpreter, object) => interpreter.reviseReplicas(object, 7),
  retain: (interpreter, object) => interpreter.retain(object, object),
  reflectStatus: (interpreter, object) => interpreter.reflectStatus(object),
  interpretHealth: (interpreter, object) => interpreter.interpretHealth(object),
  aggregateStatus: (interpreter, object) => interpreter.aggregateStatus(object, ITEMS),
  getDependencies: (interpreter, object) => interpreter.getDependencies(object),
}
const ITEMS = ['member1', 'member2', 'member3'].map(clusterName => ({
  clusterName,
  status: { rendering: 1 },
  applied: true,
}))

/**
 * How long it takes to ask what an object means: of what is built in, of the scripts in examples/interpreters, one language after the
 * other within each batch, and of a server in another thread; and how long the process is kept from other work while scripts of the
 * worst kind run.
 *
 * @returns µs a call, and ms of delay of the event loop
 */
async function measureInterpreting(): Promise<Report> {
  const threads = newScriptThreads()
  const layer = newCustomizationLayer(newScriptCalls(threads, systemClock))
  const interpreter = newInterpreter([layer, thirdPartyLayer, nativeLayer])
  const [server, port] = await startServer()
  const asked = { ...newTaught(threads), webhook: newInterpreter([newServerLayer(port)]) }
  const figures: Record<string, number> = {}
  try {
    for (const [name, run] of Object.entries(OPERATIONS)) {
      figures[`deployment${capital(name)}Us`] = timeOf(() => run(interpreter, deployment))
      const calls = Object.entries(asked).map(([who, each]) => [who, async () => run(each, farm)] as const)
      const alone = await timesOfCalls(Object.fromEntries(calls), oneByOne)
      for (const [who, each] of Object.entries(alone)) figures[`${who}${capital(name)}Us`] = each
      const together = await timesOfCalls(Object.fromEntries(calls), sideBySide)
      for (const [who, each] of Object.entries(together)) figures[`${who}${capital(name)}TogetherUs`] = each
    }
    layer.replace(HOSTILE)
    Object.assign(figures, await delayBeside(interpreter))
  } finally {
    await Promise.all([threads.close(), server.terminate()])
  }
  return { question: 'interpreting', setting: { bytes: JSON.stringify(farm).length }, figures, bare: {}, requests: [] }
}

function timeOf(run: () => unknown): number {
  const batch = (calls: number): number => {
    const start = performance.now()
    for (let left = calls; left > 0; left--) run()
    return ((performance.now() - start) * MICROS_PER_MS) / calls
  }
  batch(WARM_UP_CALLS)
  return round(median(Array.from({ length: BATCHES }, () => batch(NATIVE_CALLS))))
}

type Call = () => Promise<unknown>

type Batch = (run: Call, calls: number) => Promise<unknown>

/** As a caller that waits for each sees them: a thread that rests has to wake up each time. */
const oneByOne: Batch = async (run, calls) => {
  for (let left = calls; left > 0; left--) await run()
}

/** As the operator makes them when many objects change: what a call costs when threads need not be woken for it. */
const sideBySide: Batch = async (run, calls) => {
  const started = Math.ceil(calls / CALLERS)
  await Promise.all(Array.from({ length: CALLERS }, () => oneByOne(run, started)))
}

/** In turns, so that what else the machine does meets all of them. */
async function timesOfCalls(
  calls: Readonly<Record<string, Call>>,
  make: Batch,
): Promise<Readonly<Record<string, number>>> {
  const micros = Object.fromEntries(Object.keys(calls).map((name): [string, number[]] => [name, []]))
  for (let batch = 0; batch <= BATCHES; batch++) {
    for (const [name, run] of Object.entries(calls)) {
      const start = performance.now()
      await make(run, SCRIPT_CALLS)
      if (batch > 0) micros[name]?.push(((performance.now() - start) * MICROS_PER_MS) / SCRIPT_CALLS)
    }
  }
  return Object.fromEntries(Object.entries(micros).map(([name, all]) => [name, round(median(all))]))
}

/** An interpreter for each language, on the same threads. */
function newTaught(threads: WorkerPool): Readonly<Record<keyof typeof TAUGHT, Interpreter>> {
  const teach = (folder: string): Interpreter => {
    const layer = newCustomizationLayer(newScriptCalls(threads, systemClock))
    const text = readFileSync(join(EXAMPLES, folder, 'resourceinterpretercustomization.yaml'), 'utf8')
    layer.replace([parse(text)])
    return newInterpreter([layer])
  }
  return { lua: teach(TAUGHT.lua), javascript: teach(TAUGHT.javascript), cel: teach(TAUGHT.cel) }
}

const authority = newCertificateAuthority('bench')

async function startServer(): Promise<readonly [Worker, number]> {
  const workerData = newCertificate({ name: 'interpreter', issuer: authority })
  const server = new Worker(new URL('./webhook-server.ts', import.meta.url), { workerData })
  const [port] = await once(server, 'message')
  return [server, port]
}

function newServerLayer(port: number): WebhookLayer {
  let calls = 0
  const layer = newWebhookLayer(() => `call-${++calls}`)
  const caBundle = Buffer.from(authority.cert).toString('base64')
  const rules = [{ apiGroups: ['*'], apiVersions: ['*'], kinds: ['*'], operations: ['*'] }]
  const webhook = {
    name: 'farms.example.com',
    clientConfig: { url: `https://127.0.0.1:${port}/`, caBundle },
    interpreterContextVersions: ['v1alpha1'],
    rules,
  }
  layer.replace([
    {
      apiVersion: 'config.karmada.io/v1alpha1',
      kind: 'ResourceInterpreterWebhookConfiguration',
      metadata: { name: 'bench' },
      webhooks: [webhook],
    },
  ])
  return layer
}

/** Scripts that hang, fill the memory and give far too much, over and over, while others are asked. */
async function delayBeside(interpreter: Interpreter): Promise<Readonly<Record<string, number>>> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const until = performance.now() + HOSTILE_MS
  delay.enable()
  await Promise.all(
    HOSTILE.map(async ({ spec }) => {
      const object = { ...farm, kind: spec.target.kind }
      while (performance.now() < until) await Promise.resolve(interpreter.reflectStatus(object)).catch(() => rest())
    }),
  )
  delay.disable()
  return {
    hostileDelayP50Ms: round(delay.percentile(50) / NANOS_PER_MS),
    hostileDelayP99Ms: round(delay.percentile(99) / NANOS_PER_MS),
  }
}

/** A script that rests fails at once. */
function rest(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 1))
}

const FIFTY = `[${Array.from({ length: 50 }, (_, index) => index).join(',')}]`
const WORST = {
  lua: {
    Loop: 'while true do end',
    Memory: "return { text = string.rep('x', 2^30) }",
    Large: "return { text = string.rep('x', 10 * 1024 * 1024) }",
    Recursion: 'local function r(n) return 1 + r(n) end return r(1)',
    Good: 'return { rendering = 1 }',
  },
  javascript: {
    Loop: 'while (true) {}',
    Memory: 'const all = []; while (true) all.push({})',
    Large: "return { text: 'x'.repeat(10 * 2 ** 20) }",
    Recursion: 'const r = n => 1 + r(n); return r(1)',
    Good: 'return { rendering: 1 }',
  },
  cel: {
    Loop: `{"a": ${[...'abcdef'].reduce((inner, name) => `${FIFTY}.map(${name}, ${inner})`, '1')}}`,
    Good: '{"rendering": 1}',
  },
} as const
const WRAPPED: Readonly<Record<string, (body: string) => string>> = {
  lua: body => `function ReflectStatus(observedObj) ${body} end`,
  javascript: body => `function ReflectStatus(observedObj) { ${body} }`,
}

const HOSTILE = Object.entries(WORST).flatMap(([language, bodies]) =>
  Object.entries(bodies).map(([name, body]) =>
    customizationOf(language, `${name}${capital(language)}`, WRAPPED[language]?.(body) ?? body),
  ),
)

function customizationOf(language: string, kind: string, luaScript: string): ResourceInterpreterCustomization {
  return {
    apiVersion: 'config.karmada.io/v1alpha1',
    kind: 'ResourceInterpreterCustomization',
    metadata: { name: kind.toLowerCase(), annotations: { 'flotilla.dev/language': language } },
    spec: { target: { apiVersion: 'example.com/v1', kind }, customizations: { statusReflection: { luaScript } } },
  }
}

const podTemplate = {
  metadata: { labels: { app: 'film' } },
  spec: {
    serviceAccountName: 'film',
    containers: ['web', 'sidecar'].map(name => ({
      name,
      image: `registry.example.com/${name}:1.27`,
      resources: { requests: { cpu: '250m', memory: '512Mi' } },
      env: Array.from({ length: 10 }, (_, index) => ({ name: `VARIABLE_${index}`, value: `value ${index}` })),
      envFrom: [{ configMapRef: { name: 'settings' } }],
    })),
  },
}
const metadata = { name: 'film', namespace: 'default', generation: 3, labels: { app: 'film', tier: 'web' } }
const farm: KubeObject = {
  apiVersion: 'example.com/v1',
  kind: 'RenderFarm',
  metadata,
  spec: { machines: 3, paused: false, scenes: 'scenes', template: podTemplate },
  status: { rendering: 3 },
}
const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: { replicas: 3, selector: { matchLabels: { app: 'film' } }, template: podTemplate },
  status: { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3, observedGeneration: 3 },
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
