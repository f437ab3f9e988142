import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core'
import { systemClock } from '../../../runtime/clock.ts'
import { ScriptFailure } from '../script-engine.ts'
import type { ScriptLibrary } from '../script-library.ts'
import { MAX_MESSAGE_CHARACTERS, MAX_RESULT_BYTES, SCRIPT_LIMIT_MS, TOO_LONG } from '../script-limits.ts'
import { newScriptWatch } from '../script-watch.ts'
import type { QuickJsMachine } from './quickjs-machine.ts'

/** Of the stack: recursion ends long before the stack of the thread does. */
const MAX_STACK_BYTES = 512 * 1024
/** To find out what a script says of its own failure. */
const TELL_LIMIT_MS = 50
const NO_MEMORY = 'out of memory'

/** Something in a sandbox; it lives as long as the sandbox. */
export type GuestValue = QuickJSHandle

/** A sandbox with globals of its own, in which nothing is but JavaScript itself and what is handed to it: texts go in and out. */
export interface Guest {
  /**
   * @param name stands before the line in errors
   * @throws ScriptFailure
   */
  evaluate(text: string, name: string): GuestValue
  /** Makes a module known, and gives what it exports under a name. @throws ScriptFailure */
  importFrom(text: string, exported: string): GuestValue
  isFunction(value: GuestValue): boolean
  /** Calls a function with texts and values of the sandbox. @returns its text @throws ScriptFailure when it throws, or gives no text */
  call(called: GuestCall, ...args: GuestArguments): string
  /** The same for a function that gives another one. @throws ScriptFailure when it throws */
  make(called: GuestCall, ...args: GuestArguments): GuestValue
}

export type GuestArguments = readonly (string | GuestValue)[]

export interface GuestCall {
  readonly function: GuestValue
  /** Of the script, as {@link Guest.evaluate} was told it. */
  readonly name: string
}

export interface GuestOptions {
  readonly machine: QuickJsMachine
  readonly library: ScriptLibrary
  /** By the name under which others import them. */
  readonly modules?: Readonly<Record<string, string>>
}

/** What a script says of what it threw, as JSON: a text, and where it was. Whatever it does, it is a text. */
const DESCRIBE = `(({ stringify }, Error, String, limit) => thrown => {
  let [text, stack] = ['it failed, and cannot tell why', '']
  try {
    text = thrown instanceof Error ? thrown.name + ': ' + thrown.message : String(thrown)
    stack = thrown instanceof Error ? String(thrown.stack) : ''
  } catch {}
  return stringify([('' + text).slice(0, limit), ('' + stack).slice(0, limit)])
})(JSON, Error, String, ${MAX_MESSAGE_CHARACTERS})`

/** The library of ours, by a function that takes and gives JSON; only what is here at this moment can reach that. */
const LIBRARY = `(names, reach) => {
  const { parse, stringify } = JSON
  const { isArray } = Array
  const { hasOwn, keys } = Object
  const pick = (value, parts) => {
    if (parts === true || typeof value !== 'object' || value === null) return value
    if (isArray(value)) return value.map(element => pick(element, parts))
    const picked = {}
    for (const name of keys(parts)) if (hasOwn(value, name)) picked[name] = pick(value[name], parts[name])
    return picked
  }
  const functions = parse(names).map(([name, parts]) => [
    name,
    (first, ...others) => parse(reach(name, stringify([pick(first, parts), ...others]))),
  ])
  Object.defineProperty(globalThis, 'kube', { value: Object.freeze(Object.fromEntries(functions)) })
}`

export function newGuest({ machine, library, modules = {} }: GuestOptions): Guest {
  const runtime = machine.quickjs.newRuntime({ maxStackSizeBytes: MAX_STACK_BYTES })
  runtime.setModuleLoader(name => modules[name] ?? { error: new Error(`there is no module ${name}`) })
  const context = runtime.newContext()
  const watch = newScriptWatch(systemClock)
  runtime.setInterruptHandler(watch.isOver)
  const describe = context.unwrapResult(context.evalCode(DESCRIBE))
  const tell = (thrown: GuestValue): readonly [string, string] => {
    // With no memory left for an error, QuickJS throws null.
    if (context.typeof(thrown) === 'object' && machine.isFull() && context.dump(thrown) === null) return [NO_MEMORY, '']
    const told = watch.within(TELL_LIMIT_MS, () => context.callFunction(describe, context.undefined, thrown))
    if (told.error === undefined) return JSON.parse(told.value.consume(value => context.getString(value)))
    told.error.dispose()
    return ['it failed, and cannot tell why', '']
  }
  const take = (name: string, run: () => ReturnType<QuickJSContext['evalCode']>): GuestValue => {
    const outcome = watch.within(SCRIPT_LIMIT_MS, run)
    if (outcome.error === undefined) return outcome.value
    const late = watch.wasLate()
    const [text, stack] = outcome.error.consume(tell)
    throw newFailure({ name, text: late ? TOO_LONG : text, stack, late })
  }
  const invoke = ({ function: called, name }: GuestCall, args: GuestArguments): GuestValue => {
    const handles = args.map(arg => (typeof arg === 'string' ? context.newString(arg) : arg.dup()))
    try {
      return take(name, () => context.callFunction(called, context.undefined, ...handles))
    } finally {
      for (const handle of handles) handle.dispose()
    }
  }
  const guest: Guest = {
    evaluate: (text, name) => take(name, () => context.evalCode(text, name)),
    importFrom: (text, exported) =>
      take('module', () => context.evalCode(text, 'module', { type: 'module' })).consume(module =>
        context.getProp(module, exported),
      ),
    isFunction: value => context.typeof(value) === 'function',
    call: (called, ...args) => invoke(called, args).consume(value => readText(context, value)),
    make: (called, ...args) => invoke(called, args),
  }
  openLibrary(context, guest, library)
  return guest
}

function openLibrary(context: QuickJSContext, guest: Guest, library: ScriptLibrary): void {
  const reach = context.newFunction('reach', (name, args) => {
    const implementation = library[readText(context, name)]
    const values: readonly unknown[] = JSON.parse(readText(context, args))
    return context.newString(JSON.stringify(implementation?.(...values) ?? null))
  })
  const open = guest.evaluate(LIBRARY, 'library')
  const reads = Object.entries(library).map(([name, { reads: parts = true }]) => [name, parts])
  const names = context.newString(JSON.stringify(reads))
  context.unwrapResult(context.callFunction(open, context.undefined, names, reach)).dispose()
  for (const handle of [reach, open, names]) handle.dispose()
}

/** Nothing is copied out of the sandbox before its length is known. */
function readText(context: QuickJSContext, value: GuestValue): string {
  if (context.typeof(value) !== 'string') throw new ScriptFailure('it gave no text')
  if ((context.getLength(value) ?? 0) > MAX_RESULT_BYTES) throw tooLarge()
  const text = context.getString(value)
  if (Buffer.byteLength(text) > MAX_RESULT_BYTES) throw tooLarge()
  return text
}

function tooLarge(): ScriptFailure {
  return new ScriptFailure(`the result is larger than ${MAX_RESULT_BYTES} bytes`)
}

interface Failed {
  readonly name: string
  readonly text: string
  readonly stack: string
  readonly late: boolean
}

/** With the innermost line of the script itself. */
function newFailure({ name, text, stack, late }: Failed): ScriptFailure {
  // An expression of CEL has told its line itself.
  if (text.startsWith(`${name}:`)) return new ScriptFailure(text, { late })
  const line = new RegExp(`\\b${name}:(\\d+)`).exec(stack)?.[1]
  return new ScriptFailure(line === undefined ? `${name}: ${text}` : `${name}:${line}: ${text}`, { late })
}
