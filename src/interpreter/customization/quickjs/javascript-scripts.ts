import { KUBE_LIBRARY } from '../kube-library.ts'
import { ScriptFailure } from '../script-engine.ts'
import { type GuestValue, newGuest } from './guest.ts'
import type { ScriptLoader } from './quickjs-engine.ts'
import type { QuickJsMachine } from './quickjs-machine.ts'

/** Calls a function of the script with the arguments of a JSON list. Taken before the script can change what JSON means. */
const INVOKE = `(({ parse, stringify }, Promise) => (called, args) => {
  const result = called(...parse(args))
  if (result instanceof Promise) throw new TypeError('a function must give its result at once: it is async')
  return stringify(result) ?? 'null'
})(JSON, Promise)`

/** Scripts in JavaScript: each has a sandbox of its own, and defines a global function. */
export function newJavaScriptLoader(machine: QuickJsMachine): ScriptLoader {
  return ({ script, name, function: called }) => {
    const guest = newGuest({ machine, library: KUBE_LIBRARY })
    const invoke = guest.evaluate(INVOKE, 'invoke')
    guest.evaluate(script, name).dispose()
    const find = (): GuestValue => {
      const found = guest.evaluate(`typeof ${called} === 'function' ? ${called} : undefined`, name)
      if (!guest.isFunction(found)) throw new ScriptFailure(`not found function ${called}`)
      return found
    }
    let known: GuestValue | undefined
    return {
      check: () => find().dispose(),
      call(args) {
        known ??= find()
        return guest.call({ function: invoke, name }, known, args)
      },
    }
  }
}
