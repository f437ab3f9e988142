import type { CustomizationLayer } from '../../interpreter/customization/customization-layer.ts'
import type { ScriptCalls } from '../../interpreter/customization/script-calls.ts'
import { findConflicts } from '../../interpreter/customization/script-conflicts.ts'
import { scriptsOf } from '../../interpreter/customization/script-index.ts'
import type { ResourceInterpreterCustomization } from '../../object/karmada-objects.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, ReconcileError, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'

export interface CustomizationReconcilerDeps {
  readonly customizations: Lister<ResourceInterpreterCustomization>
  readonly layer: Pick<CustomizationLayer, 'replace'>
  readonly scripts: Pick<ScriptCalls, 'check'>
  readonly recorder: Recorder
}

/** Takes what customizations say from now on, and looks at the scripts of the one that changed. */
export function newCustomizationReconciler(deps: CustomizationReconcilerDeps) {
  return async (name: string): Promise<ReconcileResult> => {
    const all = deps.customizations.list()
    deps.layer.replace(all)
    const customization = deps.customizations.get({ namespace: '', name })
    if (customization === undefined) return awaitChange()
    for (const message of findConflicts(customization, all)) {
      deps.recorder.event(customization, 'Warning', 'ScriptConflict', message)
    }
    for (const message of await findInvalid(deps, customization)) {
      deps.recorder.event(customization, 'Warning', 'ScriptInvalid', message)
    }
    return awaitChange()
  }
}

async function findInvalid(
  { scripts }: CustomizationReconcilerDeps,
  customization: ResourceInterpreterCustomization,
): Promise<readonly string[]> {
  const checks = scriptsOf(customization).map(script => scripts.check(script))
  const outcomes = await Promise.allSettled(checks)
  return outcomes.flatMap(outcome => {
    if (outcome.status === 'fulfilled') return []
    if (!(outcome.reason instanceof ReconcileError)) throw outcome.reason
    return [outcome.reason.message]
  })
}
