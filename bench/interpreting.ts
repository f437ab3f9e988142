import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parse } from 'yaml'
import { newCustomizationLayer } from '../src/interpreter/customization/customization-layer.ts'
import { newScriptCalls } from '../src/interpreter/customization/script-calls.ts'
import { newScriptThreads } from '../src/interpreter/customization/script-threads.ts'
import { type Interpreter, nativeLayer, newInterpreter, thirdPartyLayer } from '../src/interpreter/interpreter.ts'
import type { ResourceInterpreterCustomization } from '../src/object/karmada-objects.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { type Report, round } from './report.ts'

const EXAMPLE = join(import.meta.dirname, '..', 'examples', 'interpreters', 'resourceinterpretercustomization.yaml')
const [WARM_UP_CALLS, NATIVE_CALLS, SCRIPT_CALLS, BATCHES] = [2_000, 20_000, 500, 11]
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
 * How long it takes to ask what an object means: of what is built in, and of the scripts in examples/interpreters; and how long
 * the process is kept from other work while scripts of the worst kind run.
 *
 * @returns µs a call, and ms of delay of the event loop
 */
export async function measureInterpreting(): Promise<Report> {
  const threads = newScriptThreads()
  const layer = newCustomizationLayer(newScriptCalls(threads, systemClock))
  layer.replace([parse(readFileSync(EXAMPLE, 'utf8'))])
  const interpreter = newInterpreter([layer, thirdPartyLayer, nativeLayer])
  const figures: Record<string, number> = {}
  try {
    for (const [name, run] of Object.entries(OPERATIONS)) {
      figures[`deployment${capital(name)}Us`] = timeOf(() => run(interpreter, deployment))
      figures[`lua${capital(name)}Us`] = await timeOfScript(async () => run(interpreter, farm))
    }
    layer.replace(HOSTILE)
    Object.assign(figures, await delayBeside(interpreter))
  } finally {
    await threads.close()
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

/** One call after the other, as a caller that waits for each sees them. */
async function timeOfScript(run: () => Promise<unknown>): Promise<number> {
  const micros: number[] = []
  for (let batch = 0; batch <= BATCHES; batch++) {
    const start = performance.now()
    for (let left = SCRIPT_CALLS; left > 0; left--) await run()
    micros.push(((performance.now() - start) * MICROS_PER_MS) / SCRIPT_CALLS)
  }
  return round(median(micros.slice(1)))
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

const HOSTILE = Object.entries({
  Loop: 'while true do end',
  Memory: "return { text = string.rep('x', 2^30) }",
  Large: "return { text = string.rep('x', 10 * 1024 * 1024) }",
  Recursion: 'local function r(n) return 1 + r(n) end return r(1)',
  Good: 'return { rendering = 1 }',
}).map(([kind, body]) => customizationOf(kind, `function ReflectStatus(observedObj) ${body} end`))

function customizationOf(kind: string, luaScript: string): ResourceInterpreterCustomization {
  return {
    apiVersion: 'config.karmada.io/v1alpha1',
    kind: 'ResourceInterpreterCustomization',
    metadata: { name: kind.toLowerCase() },
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
