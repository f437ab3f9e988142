import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ResourceInterpreterCustomization } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { systemClock } from '../../runtime/clock.ts'
import type { WorkerPool } from '../../runtime/worker-pool.ts'
import { newInterpreter } from '../interpreter.ts'
import { type CustomizationLayer, newCustomizationLayer } from './customization-layer.ts'
import type { ScriptField } from './operations.ts'
import { newScriptCalls } from './script-calls.ts'
import { newScriptThreads } from './script-threads.ts'

const GVK = { group: 'example.org', version: 'v1', kind: 'Shop' }

let threads: WorkerPool
let layer: CustomizationLayer
beforeAll(() => {
  threads = newScriptThreads()
  layer = newCustomizationLayer(newScriptCalls(threads, systemClock))
})
afterAll(() => threads.close())

function customization(
  name: string,
  scripts: Partial<Record<ScriptField, string>>,
  kind = GVK.kind,
): ResourceInterpreterCustomization {
  const rules = Object.entries(scripts).map(([field, luaScript]) => [field, { luaScript }])
  return {
    apiVersion: 'config.karmada.io/v1alpha1',
    kind: 'ResourceInterpreterCustomization',
    metadata: { name },
    spec: { target: { apiVersion: 'example.org/v1', kind }, customizations: Object.fromEntries(rules) },
  }
}

const shop: KubeObject = {
  apiVersion: 'example.org/v1',
  kind: 'Shop',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' }, generation: 3 },
  spec: { size: 3, empty: {}, none: [], list: [{ emptyDir: {} }], paused: false },
  status: { ready: 2 },
}

/** The whole chain, as the operator asks it. */
function interpret(scripts: Partial<Record<ScriptField, string>>) {
  layer.replace([customization('shop', scripts)])
  return newInterpreter([layer])
}

describe('operations', () => {
  it('GetReplicas: a number, and what each needs', async () => {
    const interpreter = interpret({
      replicaResource: `function GetReplicas(obj)
        return obj.spec.size, { nodeClaim = {}, resourceRequest = { cpu = '100m' } }
      end`,
    })
    expect(await interpreter.getReplicas(shop)).toEqual({
      replicas: 3,
      requirements: { resourceRequest: { cpu: '100m' } },
    })
  })

  it('GetReplicas: a number alone', async () => {
    const interpreter = interpret({ replicaResource: 'function GetReplicas(obj) return obj.spec.size, nil end' })
    expect(await interpreter.getReplicas(shop)).toEqual({ replicas: 3 })
  })

  it('GetComponents: groups of pods', async () => {
    const interpreter = interpret({
      componentResource: `function GetComponents(obj)
        return {
          { name = 'master', replicas = 1 },
          { name = 'worker', replicas = obj.spec.size, replicaRequirements = { resourceRequest = { cpu = '1' }, nodeClaim = {} } },
        }
      end`,
    })
    expect(await interpreter.getComponents(shop)).toEqual([
      { name: 'master', replicas: 1 },
      { name: 'worker', replicas: 3, replicaRequirements: { resourceRequest: { cpu: '1' } } },
    ])
  })

  it('ReviseReplica: the same object, with what was empty as it was', async () => {
    const interpreter = interpret({
      replicaRevision: `function ReviseReplica(obj, desiredReplica)
        obj.spec.size = desiredReplica
        obj.spec.new = {}
        return obj
      end`,
    })
    expect(await interpreter.reviseReplicas(shop, 7)).toEqual({
      ...shop,
      spec: { size: 7, empty: {}, none: [], list: [{ emptyDir: {} }], paused: false },
    })
  })

  it('Retain: what the member decides', async () => {
    const interpreter = interpret({
      retention: `function Retain(desiredObj, observedObj)
        desiredObj.spec.paused = observedObj.spec.paused
        desiredObj.spec.hosts = observedObj.spec.hosts
        return desiredObj
      end`,
    })
    const observed = { ...shop, spec: { paused: true, hosts: {} } }
    expect(await interpreter.retain(shop, observed)).toMatchObject({
      spec: { size: 3, empty: {}, paused: true, hosts: {} },
    })
  })

  it('ReflectStatus: what the host needs of it', async () => {
    const interpreter = interpret({
      statusReflection: `function ReflectStatus(observedObj)
        if observedObj.status == nil then return {} end
        return { ready = observedObj.status.ready }
      end`,
    })
    expect(await interpreter.reflectStatus(shop)).toEqual({ ready: 2 })
    const { status: _, ...without } = shop
    expect(await interpreter.reflectStatus(without)).toEqual({})
  })

  it('AggregateStatus: of all members', async () => {
    const interpreter = interpret({
      statusAggregation: `function AggregateStatus(desiredObj, statusItems)
        local ready = 0
        for _, item in ipairs(statusItems) do
          if item.status ~= nil and item.status.ready ~= nil then ready = ready + item.status.ready end
        end
        if desiredObj.status == nil then desiredObj.status = {} end
        desiredObj.status.ready = ready
        return desiredObj
      end`,
    })
    const items = [
      { clusterName: 'member1', status: { ready: 2 }, applied: true },
      { clusterName: 'member2', status: { ready: 3 }, applied: true },
      { clusterName: 'member3' },
    ]
    expect(await interpreter.aggregateStatus(shop, items)).toEqual({ ...shop, status: { ready: 5 } })
  })

  it('InterpretHealth: yes or no', async () => {
    const interpreter = interpret({
      healthInterpretation:
        'function InterpretHealth(observedObj) return observedObj.status.ready >= observedObj.spec.size end',
    })
    expect(await interpreter.interpretHealth(shop)).toBe('Unhealthy')
    expect(await interpreter.interpretHealth({ ...shop, status: { ready: 3 } })).toBe('Healthy')
  })

  it('GetDependencies: of all customizations together, each once', async () => {
    const script = (...names: readonly string[]) => `function GetDependencies(desiredObj)
      local dependencies = {}
      for _, name in ipairs({ ${names.map(name => `'${name}'`).join(', ')} }) do
        table.insert(dependencies, { apiVersion = 'v1', kind = 'Secret', namespace = desiredObj.metadata.namespace, name = name })
      end
      return dependencies
    end`
    layer.replace([
      customization('b', { dependencyInterpretation: script('two', 'one') }),
      customization('a', { dependencyInterpretation: script('three', 'two') }),
    ])
    const found = await newInterpreter([layer]).getDependencies(shop)
    expect(found?.map(({ name }) => name)).toEqual(['one', 'three', 'two'])
  })
})

describe('which script it is', () => {
  const returns = (size: number) => ({ replicaResource: `function GetReplicas() return ${size} end` })

  it('is the first by name', async () => {
    layer.replace([customization('b', returns(2)), customization('a', returns(1)), customization('c', returns(3))])
    expect(await newInterpreter([layer]).getReplicas(shop)).toEqual({ replicas: 1 })
  })

  it('is one for the exact kind', () => {
    layer.replace([customization('a', returns(1), 'Other')])
    expect(newInterpreter([layer]).has(GVK, 'getReplicas')).toBe(false)
    expect(newInterpreter([layer]).has({ ...GVK, kind: 'Other' }, 'getReplicas')).toBe(true)
  })

  it('is none when it is blank', () => {
    layer.replace([customization('a', { replicaResource: ' \n' })])
    expect(newInterpreter([layer]).has(GVK, 'getReplicas')).toBe(false)
  })

  it('takes the place of what is built in, for that operation only', async () => {
    const deployment = { ...customization('a', { healthInterpretation: 'function InterpretHealth() return true end' }) }
    layer.replace([
      { ...deployment, spec: { ...deployment.spec, target: { apiVersion: 'apps/v1', kind: 'Deployment' } } },
    ])
    const { nativeLayer } = await import('../interpreter.ts')
    const interpreter = newInterpreter([layer, nativeLayer])
    const template = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec: { replicas: 4 } }
    expect(await interpreter.interpretHealth(template)).toBe('Healthy')
    expect(await interpreter.getReplicas(template)).toEqual({ replicas: 4 })
  })
})

describe('a change', () => {
  const SHOP = GVK
  const OTHER = { ...GVK, kind: 'Other' }
  const health = (text: string) => ({ healthInterpretation: text })
  /** Which of the two kinds somebody is told of, by each replacement after the first. */
  function told(...replacements: readonly (readonly ResourceInterpreterCustomization[])[]): readonly string[][] {
    const [first = [], ...others] = replacements
    layer.replace(first)
    return others.map(customizations => {
      const kinds: string[] = []
      const stop = newInterpreter([layer]).onChange(concerns => {
        kinds.push(...[SHOP, OTHER].filter(concerns).map(({ kind }) => kind))
      })
      layer.replace(customizations)
      stop()
      return kinds
    })
  }
  const shopOne = customization('a', health('function InterpretHealth() return true end'))
  const shopTwo = customization('a', health('function InterpretHealth() return false end'))
  const other = customization('b', health('function InterpretHealth() return true end'), 'Other')
  const inJavaScript = { ...shopOne, metadata: { name: 'a', annotations: { 'flotilla.dev/language': 'javascript' } } }

  it.each([
    ['a script that comes', [[], [shopOne]], [['Shop']]],
    [
      'a script that changes',
      [
        [shopOne, other],
        [shopTwo, other],
      ],
      [['Shop']],
    ],
    ['another language', [[shopOne], [inJavaScript]], [['Shop']]],
    ['scripts that go', [[shopOne, other], []], [['Shop', 'Other']]],
    ['nothing', [[shopOne], [{ ...shopOne, metadata: { name: 'a', resourceVersion: '2' } }]], [[]]],
    ['one that another stands before', [[shopOne], [shopOne, { ...shopTwo, metadata: { name: 'z' } }]], [[]]],
  ])('is told for the kinds that it concerns: %s', (_, replacements, wanted) =>
    expect(told(...replacements)).toEqual(wanted),
  )
})

describe('a script that fails', () => {
  it.each([
    ['has its line', "function InterpretHealth(o)\n  error('broken')\nend", 'healthInterpretation:2: broken'],
    ['has no function of that name', 'function Health() end', 'not found function InterpretHealth'],
    [
      'gives something else',
      "function InterpretHealth() return 'yes' end",
      'InterpretHealth must return true or false',
    ],
    ['is no Lua', 'this is no Lua', "healthInterpretation:1: '=' expected near 'is'"],
  ])('%s', async (_, healthInterpretation, problem) => {
    const interpreter = interpret({ healthInterpretation })
    await expect(interpreter.interpretHealth(shop)).rejects.toMatchObject({
      code: 'ScriptFailed',
      retry: 'backoff',
      message: `ResourceInterpreterCustomization shop, healthInterpretation: ${problem}`,
    })
  })

  it.each([
    ['ReviseReplica', { replicaRevision: "function ReviseReplica(o) return 'x' end" }, 'must return an object'],
    [
      'ReviseReplica',
      { replicaRevision: "function ReviseReplica(o) o.metadata.name = 'other' return o end" },
      'must return the object that it was given',
    ],
  ])('%s: %j', async (name, scripts, problem) => {
    await expect(interpret(scripts).reviseReplicas(shop, 1)).rejects.toThrow(`${name} ${problem}`)
  })
})

describe('hostile scripts', () => {
  const good = customization('good', { healthInterpretation: 'function InterpretHealth() return true end' }, 'Good')
  const goodOne = { ...shop, kind: 'Good' }

  it.each([
    ['an endless loop', 'while true do end', /it ran longer than 1000 ms/],
    [
      'an endless search',
      "string.find(string.rep('a', 50), string.rep('a-', 30) .. 'b')",
      'it ran longer than 1000 ms',
    ],
    ['a recursion', 'local function r(n) return 1 + r(n) end r(1)', /stack overflow/],
    // It takes a while until the memory is full: on a busy machine longer than the script may run.
    ['a gigabyte', "return #string.rep('x', 2^30) > 0", /not enough memory|it ran longer/],
    ['a program', "os.execute('true')", /attempt to call field 'execute' \(a nil value\)/],
    ['a file', "io.open('/etc/passwd')", /attempt to index global 'io' \(a nil value\)/],
    ['a library', "require('os')", /module os not found/],
    ['ten megabytes', "return string.rep('x', 10 * 1024 * 1024)", /larger than 1048576 bytes|it ran longer/],
  ])('%s is contained, and others go on', async (_, body, problem) => {
    layer.replace([good, customization('bad', { healthInterpretation: `function InterpretHealth() ${body} end` })])
    const interpreter = newInterpreter([layer])
    const bad = Promise.resolve(interpreter.interpretHealth(shop)).then(String, error => error.message)
    expect(await interpreter.interpretHealth(goodOne)).toBe('Healthy')
    expect(await bad).toMatch(problem)
    expect(await interpreter.interpretHealth(goodOne)).toBe('Healthy')
  })

  it('one that hangs is left alone for a while', async () => {
    const interpreter = interpret({ healthInterpretation: 'function InterpretHealth() repeat until false end' })
    await expect(interpreter.interpretHealth(shop)).rejects.toThrow('it ran longer than 1000 ms')
    await expect(interpreter.interpretHealth(shop)).rejects.toThrow('it ran longer than 1000 ms, and rests for 10 s')
  })

  it('what it returns cannot change what all objects inherit', async () => {
    const interpreter = interpret({
      statusReflection: "function ReflectStatus() return { ['__proto__'] = { polluted = 'yes' }, ready = 1 } end",
    })
    const status = await interpreter.reflectStatus(shop)
    expect(status?.ready).toBe(1)
    expect(Object.getPrototypeOf(status)).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
  })
})
