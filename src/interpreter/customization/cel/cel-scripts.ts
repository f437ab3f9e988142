import { KUBE_LIBRARY } from '../kube-library.ts'
import { SCRIPT_PARAMETERS } from '../operations.ts'
import { newGuest } from '../quickjs/guest.ts'
import type { ScriptLoader } from '../quickjs/quickjs-engine.ts'
import type { QuickJsMachine } from '../quickjs/quickjs-machine.ts'
import { CEL_GUEST, CEL_SHIM } from './cel-guest.ts'

/**
 * Expressions in CEL. They cannot change anything, so all of them share one sandbox, in which the implementation of CEL itself runs: what
 * an expression takes of memory or time, it takes there.
 *
 * @param modules of that implementation
 */
export function newCelLoader(machine: QuickJsMachine, modules: Readonly<Record<string, string>>): ScriptLoader {
  const guest = newGuest({ machine, library: KUBE_LIBRARY, modules })
  guest.evaluate(CEL_SHIM, 'shim').dispose()
  const compile = guest.importFrom(CEL_GUEST, 'compile')
  return ({ script, name, function: called }) => {
    const variables = JSON.stringify(SCRIPT_PARAMETERS[called] ?? [])
    const expression = guest.make({ function: compile, name }, name, script, variables)
    return {
      // It has been checked when it was compiled.
      check: () => undefined,
      call: args => guest.call({ function: expression, name }, args),
    }
  }
}
