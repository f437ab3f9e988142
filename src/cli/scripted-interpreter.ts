import { newCustomizationLayer } from '../interpreter/customization/customization-layer.ts'
import { newScriptCalls, type ScriptCalls } from '../interpreter/customization/script-calls.ts'
import { newScriptThreads } from '../interpreter/customization/script-threads.ts'
import { type Interpreter, nativeLayer, newInterpreter, thirdPartyLayer } from '../interpreter/interpreter.ts'
import type { ResourceInterpreterCustomization } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Clock } from '../runtime/clock.ts'

/** What objects of files teach. */
export interface Scripted {
  readonly interpreter: Interpreter
  readonly calls: ScriptCalls
  readonly customizations: readonly ResourceInterpreterCustomization[]
}

/** Interprets as the operator does, with the ResourceInterpreterCustomizations among `objects`, while `use` runs. */
export async function withScripts<T>(
  clock: Clock,
  objects: readonly KubeObject[],
  use: (scripted: Scripted) => Promise<T>,
): Promise<T> {
  const threads = newScriptThreads()
  const calls = newScriptCalls(threads, clock)
  const layer = newCustomizationLayer(calls)
  const customizations = objects.filter(isCustomization)
  layer.replace(customizations)
  try {
    return await use({ interpreter: newInterpreter([layer, thirdPartyLayer, nativeLayer]), calls, customizations })
  } finally {
    await threads.close()
  }
}

function isCustomization(object: KubeObject): object is ResourceInterpreterCustomization {
  return object.kind === 'ResourceInterpreterCustomization'
}
