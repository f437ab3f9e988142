import { describe, expect, it } from '@jest/globals'
import { systemClock } from '../../../runtime/clock.ts'
import { KUBE_LIBRARY } from '../kube-library.ts'
import { startLua } from './lua-machine.ts'
import { readLuaModule } from './lua-module.ts'
import { loadLuaScript } from './lua-script.ts'
import { newOsLibrary } from './os-library.ts'

const module = readLuaModule()
const MAX_BYTES = 64 * 2 ** 20
const libraries = { os: newOsLibrary(systemClock), kube: KUBE_LIBRARY }

function load(text: string) {
  return loadLuaScript(startLua({ module, maxBytes: MAX_BYTES, libraries }), {
    text,
    name: 'script',
    maxResultBytes: 2 ** 20,
  })
}

/** What an expression gives. Lua forgets the line of a call that it returns directly. */
function evaluate(expression: string, ...args: readonly unknown[]): unknown {
  return load(`function f(...)\n  local a, b = ...\n  local result = ${expression}\n  return result\nend`).call(
    'f',
    args,
    1,
  )[0]
}

describe('values', () => {
  it.each([
    [null, null],
    [true, true],
    [3, 3],
    [0.5, 0.5],
    [9_007_199_254_740_991, 9_007_199_254_740_991],
    ['ü€😀\n', 'ü€😀\n'],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [{ a: { b: [1, { c: 'd' }] } }, { a: { b: [1, { c: 'd' }] } }],
    // Lua knows one sort of table.
    [{}, []],
    // A field that is nil does not exist.
    [{ a: null, b: 1 }, { b: 1 }],
  ])('%j comes back as %j', (given, wanted) => expect(evaluate('a', given)).toEqual(wanted))

  it('keeps names that mean something to JavaScript as plain fields', () => {
    const given = JSON.parse('{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": "x"}}')
    const back = Object(evaluate('a', given))
    expect(new Map(Object.entries(back))).toEqual(new Map(Object.entries(given)))
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it.each([
    ['function() end', 'a function is no JSON'],
    ['{1, 2, x = 3}', 'a table with both numbers and names as keys is no JSON'],
    ['{[1] = 1, [3] = 3}', 'a list with gaps is no JSON'],
    ['{[true] = 1}', 'a boolean as key of a table is no JSON'],
    ['0/0', 'NaN is no number of JSON'],
    ['1/0', 'Infinity is no number of JSON'],
    ["string.rep('x', 2000000)", 'the result is larger than 1048576 bytes'],
  ])('%s is refused', (expression, message) => expect(() => evaluate(expression)).toThrow(`f: ${message}`))

  it('refuses a table that holds itself', () =>
    expect(() => load('function f() local t = {} t.t = t return t end').call('f', [], 1)).toThrow(
      'f: nested deeper than 100 levels',
    ))
})

describe('the language is Lua 5.1', () => {
  it.each([
    ['tostring(3)', '3'],
    ["3 .. ''", '3'],
    ['tostring(10 / 4)', '2.5'],
    ['10 / 5 .. ""', '2'],
    ['7 % 3', 1],
    ['#a', 3],
    ['tonumber("0x10")', 16],
    ['tonumber("x")', null],
    ['select("#", 1, nil, nil)', 3],
    ['table.concat({"a", "b"}, "-")', 'a-b'],
    ['unpack({7, 8})', 7],
    ['string.format("%d/%s/%5.2f", 3, "x", 1.5)', '3/x/ 1.50'],
    ['string.gsub("hello", "l+", "L")', 'heLo'],
    ['string.match("v1.2.3", "(%d+)%.%d+")', '1'],
    ['math.floor(2.7)', 2],
    ['math.max(1, 5, 3)', 5],
    ['pcall(error, "x")', false],
    ['type(nil)', 'nil'],
    ['next({})', null],
  ])('%s is %j', (expression, wanted) => expect(evaluate(expression, ['x', 'y', 'z'])).toEqual(wanted))

  it('keeps globals from call to call', () => {
    const script = load('n = 0\nfunction f() n = n + 1 return n end')
    expect([script.call('f', [], 1), script.call('f', [], 1)]).toEqual([[1], [2]])
  })

  it('gives null for results that a function leaves out', () =>
    expect(load('function f() return 1 end').call('f', [], 3)).toEqual([1, null, null]))
})

describe('errors have the line of the script', () => {
  it('and are no longer than anybody reads', () => {
    const script = load("function f() error(string.rep('x', 100000)) end")
    expect(() => script.call('f', [], 1)).toThrow(/^script:1: x{2038}$/)
  })

  it.each([
    ['function f()\n  local x = nil\n  return x.y\nend', "script:3: attempt to index local 'x' (a nil value)"],
    ['function f()\n  error("no good")\nend', 'script:2: no good'],
    ['function f()\n  return 1 +\nend', "script:3: unexpected symbol near 'end'"],
    ['x = nil + 1\nfunction f() end', 'script:1: attempt to perform arithmetic on a nil value'],
    ['function g() end', 'not found function f'],
    ['function f() error({}) end', '(table)'],
  ])('%j', (text, message) => expect(() => load(text).call('f', [], 1)).toThrow(message))
})

describe('what scripts may not use', () => {
  it.each([
    ...['collectgarbage', 'dofile', 'getfenv', 'getmetatable', 'load', 'loadfile', 'loadstring', 'rawequal'],
    ...['rawget', 'rawset', 'setfenv', 'setmetatable', 'module', 'newproxy'],
  ])('%s says so', name =>
    expect(() => evaluate(`${name}('x')`)).toThrow(
      `script:3: call function ${name} is not supported in karmada customized resourceinterpreter.`,
    ),
  )

  it.each([
    'io',
    'debug',
    'coroutine',
    'package',
    'kube',
    'string.dump',
    'os.execute',
    'os.getenv',
    'os.remove',
    'os.exit',
  ])('%s is not there', name => expect(evaluate(`type(${name})`)).toBe('nil'))

  it('nothing that is compiled', () =>
    expect(() => load('\u001bLuaQ\0\u0001\u0004\u0004\u0004\u0008\0')).toThrow('it is compiled: a script is text'))

  it('finds one library only', () =>
    expect(() => evaluate("require('io')")).toThrow('script:3: module io not found: scripts have the library kube'))
})

describe('memory', () => {
  it.each([
    ['a gigabyte of text', "return #string.rep('x', 1024 * 1024 * 1024)"],
    ['a table without end', 'local t = {} while true do t[#t + 1] = {#t} end'],
    ['text that doubles', "local s = 'x' while true do s = s .. s end"],
  ])('%s is refused', (_, body) =>
    // It takes a while until the memory is full: on a busy machine longer than the script may run.
    expect(() => load(`function f() ${body} end`).call('f', [], 1)).toThrow(/not enough memory|it ran longer/),
  )

  it('a recursion without end is told', () =>
    expect(() => load('function f(n)\n  return 1 + f(n)\nend').call('f', [1], 1)).toThrow('script:2: stack overflow'))
})

describe('os', () => {
  it.each([
    ['os.time({year=2026, month=1, day=2, hour=3, min=4, sec=5})', 1_767_323_045],
    ['os.time({year=2026, month=1, day=2})', 1_767_355_200],
    ['os.date("!%Y-%m-%dT%H:%M:%SZ", 1767323045)', '2026-01-02T03:04:05Z'],
    [
      'os.date("%a %A %b %B %d %j %p %I %y %x %X %%", 1767323045)',
      'Fri Friday Jan January 02 002 AM 03 26 01/02/26 03:04:05 %',
    ],
    ['os.date("*t", 1767323045).yday', 2],
    ['os.difftime(5, 3)', 2],
  ])('%s is %j', (expression, wanted) => expect(evaluate(expression)).toBe(wanted))

  it('knows the time', () => {
    const before = Math.floor(Date.now() / 1_000)
    expect(evaluate('os.time()')).toBeGreaterThanOrEqual(before)
    expect(evaluate('os.clock()')).toBeGreaterThan(0)
  })

  it('says what a date lacks', () =>
    expect(() => evaluate('os.time({year=2026})')).toThrow("script:3: field 'month' missing in date table"))
})

describe('kube', () => {
  const kube = (expression: string, ...args: readonly unknown[]) =>
    evaluate(`(function() local kube = require('kube') return ${expression} end)()`, ...args)

  it.each([
    ["kube.resourceAdd('100m', '1')", '1100m'],
    ["kube.resourceAdd('1Gi', nil, '1Gi')", '2Gi'],
    ['kube.resourceAdd()', '0'],
    ["kube.getResourceQuantity('100m')", 0.1],
    ["kube.getResourceQuantity('1Gi')", 1_073_741_824],
  ])('%s is %j', (expression, wanted) => expect(kube(expression)).toBe(wanted))

  it.each([
    ['kube.resourceAdd(1)', 'a quantity is a string, not a number'],
    ["kube.resourceAdd('much')", 'not a quantity: "much"'],
    ["kube.getResourceQuantity('-1')", 'the quantity is negative'],
    ["kube.accuratePodRequirements('x')", 'accuratePodRequirements takes a pod template, which is a table'],
  ])('%s is refused', (expression, message) => expect(() => kube(expression)).toThrow(`script:3: ${message}`))

  it('reads pod templates', () => {
    const template = {
      spec: {
        nodeSelector: { disk: 'ssd' },
        serviceAccountName: 'web',
        containers: [
          {
            name: 'a',
            resources: { requests: { cpu: '1', memory: '1Gi' } },
            envFrom: [{ configMapRef: { name: 'env' } }],
          },
        ],
        volumes: [{ name: 'v', secret: { secretName: 'keys' } }],
      },
    }
    const script = load(`function f(t)
      local kube = require('kube')
      return kube.accuratePodRequirements(t), kube.getPodDependencies(t, 'shop')
    end`)
    expect(script.call('f', [template], 2)).toEqual([
      { nodeClaim: { nodeSelector: { disk: 'ssd' } }, resourceRequest: { cpu: '1', memory: '1Gi' } },
      [
        { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'env' },
        { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'keys' },
        { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'shop', name: 'web' },
      ],
    ])
  })
})
