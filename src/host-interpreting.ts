import { type CustomizationDeps, startCustomizations } from './addons/interpreter-customization/controller.ts'
import { startWebhooks, type WebhookDeps } from './addons/interpreter-webhook/controller.ts'
import { newCustomizationLayer } from './interpreter/customization/customization-layer.ts'
import { newScriptCalls } from './interpreter/customization/script-calls.ts'
import { newScriptThreads } from './interpreter/customization/script-threads.ts'
import { type Interpreter, nativeLayer, newInterpreter, thirdPartyLayer } from './interpreter/interpreter.ts'
import { newWebhookLayer } from './interpreter/webhook/webhook-layer.ts'
import type { Clock } from './runtime/clock.ts'

export interface Interpreting {
  readonly interpreter: Interpreter
  /** Starts what keeps it in step with the host. @returns ends each part. */
  start(deps: Omit<CustomizationDeps & WebhookDeps, 'layer' | 'scripts' | 'webhooks'>): readonly (() => Promise<void>)[]
}

/** What the operator knows of kinds: scripts of its users first, then what is built in (spec/behaviour/status.md §6). */
export function newInterpreting(clock: Clock, newUid: () => string): Interpreting {
  const threads = newScriptThreads()
  const scripts = newScriptCalls(threads, clock)
  const layer = newCustomizationLayer(scripts)
  const webhooks = newWebhookLayer(newUid)
  return {
    interpreter: newInterpreter([layer, webhooks, thirdPartyLayer, nativeLayer]),
    start: deps => [
      startCustomizations({ ...deps, layer, scripts }),
      startWebhooks({ ...deps, webhooks }),
      () => threads.close(),
    ],
  }
}
