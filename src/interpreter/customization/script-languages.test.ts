import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ResourceInterpreterCustomization } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { systemClock } from '../../runtime/clock.ts'
import type { WorkerPool } from '../../runtime/worker-pool.ts'
import { type Interpreter, newInterpreter } from '../interpreter.ts'
import { replicaRequirements } from '../pod-template.ts'
import { type CustomizationLayer, newCustomizationLayer } from './customization-layer.ts'
import type { ScriptField } from './operations.ts'
import { newScriptCalls, type ScriptCalls } from './script-calls.ts'
import { scriptsOf } from './script-index.ts'
import { newScriptThreads } from './script-threads.ts'

let threads: WorkerPool
let calls: ScriptCalls
let layer: CustomizationLayer
beforeAll(() => {
  threads = newScriptThreads()
  calls = newScriptCalls(threads, systemClock)
  layer = newCustomizationLayer(calls)
})
afterAll(() => threads.close())

type Scripts = Partial<Record<ScriptField, string>>

function customization(language: string, scripts: Scripts, kind = 'Shop'): ResourceInterpreterCustomization {
  const rules = Object.entries(scripts).map(([field, luaScript]) => [field, { luaScript }])
  return {
    apiVersion: 'config.karmada.io/v1alpha1',
    kind: 'ResourceInterpreterCustomization',
    metadata: { name: kind.toLowerCase(), annotations: { 'flotilla.dev/language': language } },
    spec: { target: { apiVersion: 'example.org/v1', kind }, customizations: Object.fromEntries(rules) },
  }
}

function interpret(language: string, scripts: Scripts): Interpreter {
  layer.replace([customization(language, scripts)])
  return newInterpreter([layer])
}

const podTemplate = {
  spec: {
    nodeSelector: { disk: 'ssd' },
    containers: [
      { name: 'a', resources: { requests: { cpu: '1' } }, envFrom: [{ configMapRef: { name: 'env' } }] },
      { name: 'b', resources: { requests: { cpu: '500m' } } },
    ],
  },
}
const shop: KubeObject = {
  apiVersion: 'example.org/v1',
  kind: 'Shop',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' }, generation: 3 },
  spec: { size: 3, share: 0.5, empty: {}, none: [], paused: false, template: podTemplate },
  status: { ready: 2 },
}
const ITEMS = [
  { clusterName: 'member1', status: { ready: 2 }, applied: true },
  { clusterName: 'member2', status: { ready: 3 }, applied: true },
  { clusterName: 'member3' },
]
const REQUIRED = { nodeClaim: { nodeSelector: { disk: 'ssd' } }, resourceRequest: { cpu: '1500m' } }
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'env' }

type Row = readonly [
  name: string,
  field: ScriptField,
  run: (interpreter: Interpreter) => unknown,
  wanted: unknown,
  scripts: { readonly javascript: string; readonly cel: string },
]

/** What each operation must give, whatever the language. */
const OPERATIONS: readonly Row[] = [
  [
    'GetReplicas: a number and what each needs',
    'replicaResource',
    interpreter => interpreter.getReplicas(shop),
    { replicas: 3, requirements: REQUIRED },
    {
      javascript:
        'function GetReplicas(obj) { return { replica: obj.spec.size, requires: kube.accuratePodRequirements(obj.spec.template) } }',
      cel: '{"replica": obj.spec.size, "requires": kube.accuratePodRequirements(obj.spec.template)}',
    },
  ],
  [
    'GetReplicas: the same as a list',
    'replicaResource',
    interpreter => interpreter.getReplicas(shop),
    { replicas: 3, requirements: REQUIRED },
    {
      javascript: 'const GetReplicas = obj => [obj.spec.size, kube.accuratePodRequirements(obj.spec.template)]',
      cel: '[obj.spec.size, kube.accuratePodRequirements(obj.spec.template)]',
    },
  ],
  [
    'GetReplicas: a number alone',
    'replicaResource',
    interpreter => interpreter.getReplicas(shop),
    { replicas: 3 },
    { javascript: 'function GetReplicas(obj) { return obj.spec.size }', cel: 'obj.spec.size' },
  ],
  [
    'GetComponents',
    'componentResource',
    interpreter => interpreter.getComponents(shop),
    [
      { name: 'master', replicas: 1 },
      { name: 'worker', replicas: 3, replicaRequirements: { resourceRequest: { cpu: '1' } } },
    ],
    {
      javascript: `function GetComponents(obj) {
        const worker = { name: 'worker', replicas: obj.spec.size, replicaRequirements: { resourceRequest: { cpu: '1' }, nodeClaim: {} } }
        return [{ name: 'master', replicas: 1 }, worker]
      }`,
      cel: `[
        {"name": "master", "replicas": 1},
        {"name": "worker", "replicas": obj.spec.size, "replicaRequirements": {"resourceRequest": {"cpu": "1"}}},
      ]`,
    },
  ],
  [
    'ReviseReplica: the same object, with what was empty as it was',
    'replicaRevision',
    interpreter => interpreter.reviseReplicas(shop, 7),
    { ...shop, spec: { ...Object(shop['spec']), size: 7, added: [] } },
    {
      javascript: `function ReviseReplica(obj, desiredReplica) {
        obj.spec.size = desiredReplica
        obj.spec.added = []
        return obj
      }`,
      cel: '{"spec": {"size": desiredReplica, "added": []}}',
    },
  ],
  [
    'Retain: what the member decides',
    'retention',
    interpreter => interpreter.retain(shop, { ...shop, spec: { paused: true } }),
    { ...shop, spec: { ...Object(shop['spec']), paused: true } },
    {
      javascript: `function Retain(desiredObj, observedObj) {
        return { ...desiredObj, spec: { ...desiredObj.spec, paused: observedObj.spec.paused } }
      }`,
      cel: '{"spec": {"paused": observedObj.spec.paused}}',
    },
  ],
  [
    'ReflectStatus',
    'statusReflection',
    interpreter => interpreter.reflectStatus(shop),
    { ready: 2, list: [] },
    {
      javascript: 'function ReflectStatus(observedObj) { return { ready: observedObj.status.ready, list: [] } }',
      cel: '{"ready": observedObj.status.ready, "list": []}',
    },
  ],
  [
    'AggregateStatus',
    'statusAggregation',
    interpreter => interpreter.aggregateStatus(shop, ITEMS),
    { ...shop, status: { ready: 5 } },
    {
      javascript: `function AggregateStatus(desiredObj, statusItems) {
        const ready = statusItems.map(item => item.status?.ready ?? 0).reduce((a, b) => a + b, 0)
        return { ...desiredObj, status: { ready } }
      }`,
      cel: '{"status": {"ready": statusItems.map(item, item.?status.?ready.orValue(0)).sum()}}',
    },
  ],
  [
    'InterpretHealth',
    'healthInterpretation',
    interpreter => interpreter.interpretHealth(shop),
    'Unhealthy',
    {
      javascript: 'function InterpretHealth(observedObj) { return observedObj.status.ready >= observedObj.spec.size }',
      cel: 'observedObj.status.ready >= observedObj.spec.size',
    },
  ],
  [
    'GetDependencies',
    'dependencyInterpretation',
    interpreter => interpreter.getDependencies(shop),
    [CONFIG_MAP, { apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 'keys' }],
    {
      javascript: `function GetDependencies(desiredObj) {
        const { template } = desiredObj.spec
        const { namespace } = desiredObj.metadata
        return [...kube.getPodDependencies(template, namespace), { apiVersion: 'v1', kind: 'Secret', namespace, name: 'keys' }]
      }`,
      cel: `kube.getPodDependencies(desiredObj.spec.template, desiredObj.metadata.namespace) +
        [{"apiVersion": "v1", "kind": "Secret", "namespace": desiredObj.metadata.namespace, "name": "keys"}]`,
    },
  ],
]

describe.each(['javascript', 'cel'] as const)('in %s', language => {
  it.each(OPERATIONS.map(row => ({ name: row[0], row })))('$name', async ({ row }) => {
    const [, field, run, wanted, scripts] = row
    expect(await run(interpret(language, { [field]: scripts[language] }))).toEqual(wanted)
  })
})

describe('accuratePodRequirements gets all that it looks at', () => {
  const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { 'example.com/gpu': '1' } }
  const terms = [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }]
  const rich = {
    metadata: { labels: { app: 'web' } },
    spec: {
      containers: [{ name: 'a', env: [{ name: 'A', value: 'b' }], resources }],
      initContainers: [
        { name: 'b', restartPolicy: 'Always', resources },
        { name: 'c', resources: { requests: { cpu: '8' } } },
      ],
      overhead: { cpu: '10m' },
      resources: { requests: { memory: '64Gi' } },
      nodeSelector: { env: 'prod' },
      tolerations: [{ key: 'gpu', operator: 'Exists' }],
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
      },
    },
  }

  it.each([
    [
      'lua',
      "local kube = require('kube') function GetReplicas(o) return 1, kube.accuratePodRequirements(o.spec.template) end",
    ],
    ['javascript', 'const GetReplicas = o => [1, kube.accuratePodRequirements(o.spec.template)]'],
    ['cel', '[1, kube.accuratePodRequirements(obj.spec.template)]'],
  ])('in %s', async (language, replicaResource) => {
    const template = { ...shop, spec: { template: rich } }
    const requirements = replicaRequirements(rich)
    expect(Object.keys(requirements?.nodeClaim ?? {})).toHaveLength(3)
    expect(await interpret(language, { replicaResource }).getReplicas(template)).toEqual({ replicas: 1, requirements })
  })
})

describe('what scripts in JavaScript may use', () => {
  const evaluate = (expression: string) =>
    interpret('javascript', {
      statusReflection: `function ReflectStatus(observedObj) { return { is: ${expression} } }`,
    }).reflectStatus(shop)

  it.each([
    ['typeof require', 'undefined'],
    ['typeof process', 'undefined'],
    ['typeof fetch', 'undefined'],
    ['typeof std', 'undefined'],
    ['typeof os', 'undefined'],
    ['typeof WebAssembly', 'undefined'],
    ['typeof setTimeout', 'undefined'],
    ['typeof console', 'undefined'],
    ["eval('typeof globalThis.process')", 'undefined'],
    ["new Function('return typeof process')()", 'undefined'],
    ["kube.resourceAdd.constructor('return typeof process')()", 'undefined'],
    ["kube.resourceAdd('100m', '1')", '1100m'],
    ["kube.resourceAdd('1Gi', null, '1Gi')", '2Gi'],
    ["kube.getResourceQuantity('100m')", 0.1],
    ['0.1 + 0.2', 0.30000000000000004],
    ['[1, 2, 3].at(-1)', 3],
    ["'ü€😀'", 'ü€😀'],
    ['typeof new Date().toISOString()', 'string'],
  ])('%s is %j', async (expression, wanted) => expect(await evaluate(expression)).toEqual({ is: wanted }))

  it('each script has globals of its own, and keeps them from call to call', async () => {
    const counting = 'let n = 0; function ReflectStatus() { n += 1; return { n } }'
    layer.replace([customization('javascript', { statusReflection: counting })])
    const interpreter = newInterpreter([layer])
    const counts = [await interpreter.reflectStatus(shop), await interpreter.reflectStatus(shop)]
    expect(counts).toEqual([{ n: 1 }, { n: 2 }])
    expect(await evaluate('typeof n')).toEqual({ is: 'undefined' })
  })

  it('what it changes of JavaScript itself reaches nobody else', async () => {
    const vandal = `JSON.stringify = () => '{"is": "spoilt"}'; Array.prototype.map = () => []; Object.prototype.evil = 1
      function ReflectStatus() { return { is: 'own' } }`
    expect(await interpret('javascript', { statusReflection: vandal }).reflectStatus(shop)).toEqual({ is: 'own' })
    expect(await evaluate('JSON.stringify([1].map(n => n + 1))')).toEqual({ is: '[2]' })
    expect(await evaluate('Object.prototype.evil === undefined')).toEqual({ is: true })
  })
})

describe('what expressions of CEL may use', () => {
  const evaluate = (expression: string) =>
    interpret('cel', { statusReflection: `{"is": ${expression}}` }).reflectStatus(shop)

  it.each([
    ['observedObj.spec.size + 1', 4],
    ['observedObj.spec.share * 2.0', 1],
    ['double(observedObj.spec.size) / 2.0', 1.5],
    ["kube.resourceAdd('100m', '1')", '1100m'],
    ["kube.resourceAdd(['1Gi', null, '1Gi'])", '2Gi'],
    ["kube.getResourceQuantity('100m')", 0.1],
    ['[3, 1, 2].max()', 3],
    ['[3, 1, 2].min()', 1],
    ['[0.5, 1.5].sum()', 2],
    ['[].sum()', 0],
    ['has(observedObj.spec.nothing)', false],
    ['observedObj.?spec.?nothing.orValue("none")', 'none'],
    ['timestamp("2026-01-02T03:04:05Z") < timestamp("2026-01-02T03:04:06Z")', true],
    ['timestamp("2026-01-02T03:04:05Z")', '2026-01-02T03:04:05Z'],
    ['"a,b".split(",")', ['a', 'b']],
    ['bytes("ü").string()', 'ü'],
    ['observedObj.spec.template.spec.containers.exists(c, c.name == "b")', true],
  ])('%s is %j', async (expression, wanted) => expect(await evaluate(expression)).toEqual({ is: wanted }))

  it.each([
    ['observedObj.constructor', 'No such key: constructor'],
    ['observedObj.__proto__', 'No such key: __proto__'],
    ['"a".constructor', "Cannot index type 'string'"],
    ['globalThis', 'Unknown variable: globalThis'],
    ['kube.constructor', 'No such key: constructor'],
    ['9223372036854775807', 'is no number of JSON'],
    ['optional.of(1)', 'this value of CEL is no JSON'],
  ])('%s is refused', (expression, problem) => expect(evaluate(expression)).rejects.toThrow(problem))
})

describe('a script that fails', () => {
  it.each([
    [
      'javascript',
      "function InterpretHealth() {\n  throw new Error('broken')\n}",
      'healthInterpretation:2: Error: broken',
    ],
    [
      'javascript',
      'function InterpretHealth(o) {\n  return o.spec.x.y\n}',
      'healthInterpretation:2: TypeError: cannot read',
    ],
    ['javascript', 'function InterpretHealth() {\n  return 1 +\n}', 'healthInterpretation:3: SyntaxError: '],
    ['javascript', 'function Health() {}', 'not found function InterpretHealth'],
    ['javascript', "function InterpretHealth() { return 'yes' }", 'InterpretHealth must return true or false'],
    [
      'javascript',
      'async function InterpretHealth() { return true }',
      'a function must give its result at once: it is async',
    ],
    ['javascript', "function InterpretHealth() {\n  throw 'x'.repeat(100000)\n}", /healthInterpretation: x{2048}$/],
    [
      'javascript',
      'function InterpretHealth() { throw { get message() { throw 1 }, toString() { throw 2 } } }',
      'cannot tell why',
    ],
    [
      'cel',
      'observedObj.status.ready >\n  observedObj.spec.nothing',
      'shop, healthInterpretation: healthInterpretation:2: No such key: nothing',
    ],
    ['cel', 'observedObj.status.ready\n  +', 'healthInterpretation:2: Unexpected token: EOF'],
    ['cel', 'template.status', 'shop, healthInterpretation: healthInterpretation:1: Unknown variable: template'],
    ['cel', '"yes"', 'InterpretHealth must return true or false'],
    [
      'javascript',
      'function InterpretHealth() {\n  return kube.resourceAdd(1)\n}',
      /healthInterpretation:2: .*a quantity is a string, not a number/,
    ],
    ['cel', 'true &&\n  kube.resourceAdd("1", "much") == "1"', /healthInterpretation.*not a quantity: "much"/],
    ['python', 'True', 'its annotation flotilla.dev/language is "python": there are lua, javascript and cel'],
  ])('in %s is told: %j', async (language, healthInterpretation, problem) => {
    const failing = Promise.resolve(interpret(language, { healthInterpretation }).interpretHealth(shop))
    await expect(failing).rejects.toMatchObject({ code: 'ScriptFailed', retry: 'backoff' })
    await expect(failing).rejects.toThrow(problem)
    await expect(failing).rejects.toThrow('ResourceInterpreterCustomization shop, healthInterpretation: ')
  })

  it.each([
    ['javascript', 'function Health() {}', 'not found function InterpretHealth'],
    ['javascript', 'function (', 'SyntaxError'],
    ['cel', 'template.status', 'Unknown variable: template'],
    ['cel', '1 +', 'Unexpected token'],
    ['python', 'True', 'its annotation flotilla.dev/language is "python"'],
  ])('in %s is found by a look at it: %j', async (language, healthInterpretation, problem) => {
    const [script] = scriptsOf(customization(language, { healthInterpretation }))
    await expect(script && calls.check(script)).rejects.toThrow(problem)
  })

  it.each([
    ['javascript', "function ReviseReplica(o) { o.metadata.name = 'other'; return o }"],
    ['cel', '{"metadata": {"name": "other"}}'],
  ])('in %s cannot change which object it is', (language, replicaRevision) =>
    expect(interpret(language, { replicaRevision }).reviseReplicas(shop, 1)).rejects.toThrow(
      'ReviseReplica must return the object that it was given',
    ),
  )
})

describe('hostile scripts', () => {
  const good = {
    javascript: 'function InterpretHealth() { return true }',
    cel: 'true',
    lua: 'function InterpretHealth() return true end',
  }
  const wrapped: Readonly<Record<string, (body: string) => string>> = {
    lua: body => `function InterpretHealth() ${body} end`,
    javascript: body => `function InterpretHealth() { ${body} }`,
  }
  const goodKinds = Object.entries(good).map(([language, healthInterpretation]) =>
    customization(language, { healthInterpretation }, `Good${language}`),
  )
  const list = `[${Array.from({ length: 60 }, (_, index) => index).join(',')}]`
  const nested = (variables: string): string =>
    [...variables].reduceRight((inner, name) => `${list}.map(${name}, ${inner})`, '[a]')

  it.each([
    [
      'lua',
      'an endless loop',
      'while true do end',
      'healthInterpretation:1: it ran longer than 1000 ms, and rests for 10 s',
    ],
    [
      'lua',
      'one that catches',
      'while true do pcall(function() while true do end end) end',
      /it ran longer than 1000 ms/,
    ],
    [
      'javascript',
      'an endless loop',
      'while (true) {}',
      'healthInterpretation:1: it ran longer than 1000 ms, and rests for 10 s',
    ],
    ['javascript', 'one that catches', 'while (true) try { while (true) {} } catch {}', 'it ran longer than 1000 ms'],
    ['javascript', 'an endless search', "/^(a+)+$/.test('a'.repeat(60) + 'b')", 'it ran longer than 1000 ms'],
    ['javascript', 'an endless error', 'throw { toString() { while (true) {} } }', /cannot tell why|it ran longer/],
    ['javascript', 'a recursion', 'const r = n => 1 + r(n); r(1)', 'InternalError: stack overflow'],
    ['javascript', 'a gigabyte', "return 'x'.repeat(2 ** 30)", /invalid string length|out of memory/],
    ['javascript', 'a full memory', 'const all = []; while (true) all.push({})', /out of memory|it ran longer/],
    [
      'javascript',
      'bytes without end',
      'const all = []; while (true) all.push(new Uint8Array(2 ** 20))',
      /out of memory|array buffer|it ran longer/,
    ],
    ['javascript', 'ten megabytes', "return 'x'.repeat(10 * 2 ** 20)", /larger than 1048576 bytes|it ran longer/],
    ['javascript', 'more in UTF-8', "return '€'.repeat(500000)", /larger than 1048576 bytes|it ran longer/],
    [
      'javascript',
      'depth',
      'let all = []; for (let n = 0; n < 500; n++) all = [all]; return all',
      'nested deeper than 100 levels',
    ],
    ['javascript', 'endless depth', 'const all = []; all.push(all); return all', 'circular reference'],
    ['javascript', 'a module', "import('fs'); return require('fs')", "'require' is not defined"],
    [
      'javascript',
      'the host',
      "return this.constructor.constructor('return process')().exit()",
      "'process' is not defined",
    ],
    [
      'cel',
      'an exploding expression',
      nested('abcdef'),
      /healthInterpretation: it ran longer than 1000 ms|out of memory/,
    ],
    ['cel', 'text that doubles', `[${nested('a')}].map(x, ${'"xxxxxxxxxxxxxxxx"'}${' + string(x)'.repeat(2)})`, /./],
    [
      'cel',
      'ten megabytes',
      `${list}.map(a, ${list}.map(b, ${list}.map(c, "${'x'.repeat(64)}")))`,
      /larger than 1048576 bytes|out of memory|it ran longer/,
    ],
    ['cel', 'depth', `${'['.repeat(150)}1${']'.repeat(150)}`, /nested deeper than 100 levels|stack overflow/],
    ['cel', 'a recursion', `${'('.repeat(5000)}1${')'.repeat(5000)}`, /./],
    [
      'cel',
      'an endless search',
      '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab".matches("^(a+)+$")',
      'it ran longer than 1000 ms',
    ],
  ])('in %s: %s is contained, and others go on', async (...row) => {
    const [language, , body, problem] = row
    const script = wrapped[language]?.(body) ?? body
    layer.replace([...goodKinds, customization(language, { healthInterpretation: script }, 'Bad')])
    const interpreter = newInterpreter([layer])
    const health = (kind: string) => interpreter.interpretHealth({ ...shop, kind })
    const bad = Promise.resolve(health('Bad')).then(String, error => error.message)
    const goods = () => Promise.all(goodKinds.map(({ spec }) => health(spec.target.kind)))
    expect(await goods()).toEqual(['Healthy', 'Healthy', 'Healthy'])
    expect(await bad).toMatch(problem)
    expect(await goods()).toEqual(['Healthy', 'Healthy', 'Healthy'])
  })

  it.each([
    [
      'javascript',
      'function ReflectStatus() { return JSON.parse(\'{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": "x"}, "ready": 1}\') }',
    ],
    ['cel', '{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": "x"}, "ready": 1}'],
  ])('in %s: what it returns cannot change what all objects inherit', async (language, statusReflection) => {
    const status = await interpret(language, { statusReflection }).reflectStatus(shop)
    expect(status?.['ready']).toBe(1)
    expect(Object.getPrototypeOf(status)).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
  })

  it('in CEL: a patch cannot change it either', async () => {
    const interpreter = interpret('javascript', {
      replicaRevision: `function ReviseReplica(obj) { return JSON.parse('{"__proto__": {"polluted": "yes"}}') }`,
    })
    await expect(interpreter.reviseReplicas(shop, 1)).rejects.toThrow('must return the object')
    expect('polluted' in {}).toBe(false)
  })
})

describe('an integer beyond 2^53', () => {
  const BIG = JSON.rawJSON('9007199254740993')
  const ledger: KubeObject = {
    ...shop,
    spec: { ids: [1, BIG], limit: BIG, template: podTemplate },
    status: { last: BIG },
  }
  const REVISIONS: readonly (readonly [string, string])[] = [
    ['lua', 'function ReviseReplica(o, n) o.spec.size = n return o end'],
    ['javascript', 'function ReviseReplica(o, n) { return { ...o, spec: { ...o.spec, size: n } } }'],
    ['cel', '{"spec": {"size": desiredReplica, "limit": obj.spec.limit}}'],
  ]

  it.each(REVISIONS)('passes a script in %s unharmed', async (language, text) => {
    const revised = await interpret(language, { replicaRevision: text }).reviseReplicas(ledger, 5)
    expect(JSON.stringify(revised['spec'])).toContain('"ids":[1,9007199254740993]')
    expect(JSON.stringify(revised['spec'])).toContain('"limit":9007199254740993')
  })

  it('comes up out of the status', async () => {
    const text = 'function ReflectStatus(o) return { last = o.status.last } end'
    const status = await interpret('lua', { statusReflection: text }).reflectStatus(ledger)
    expect(JSON.stringify(status)).toBe('{"last":9007199254740993}')
  })

  it('goes from what members report into the status', async () => {
    const text = 'function AggregateStatus(o, items) o.status = { last = items[1].status.last } return o end'
    const items = [{ clusterName: 'member1', status: { last: BIG } }]
    const aggregated = await interpret('lua', { statusAggregation: text }).aggregateStatus(shop, items)
    expect(JSON.stringify(aggregated?.['status'])).toBe('{"last":9007199254740993}')
  })
})
