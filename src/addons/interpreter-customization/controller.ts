import type { AgentRule } from '../../api/agent-rule.ts'
import { type HostRule, READ } from '../../api/host-rule.ts'
import { RESOURCE_INTERPRETER_CUSTOMIZATION } from '../../api/kinds.ts'
import { languageName } from '../../interpreter/customization/script-language.ts'
import type { ResourceInterpreterCustomization } from '../../object/karmada-objects.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { type CustomizationReconcilerDeps, newCustomizationReconciler } from './reconciler.ts'

export interface CustomizationDeps extends CustomizationReconcilerDeps {
  readonly customizations: Informer<ResourceInterpreterCustomization>
  readonly newController: (options: ControllerOptions) => Controller
}

export const HOST_RULES: readonly HostRule[] = [{ on: RESOURCE_INTERPRETER_CUSTOMIZATION, verbs: READ }]
export const AGENT_RULES: readonly AgentRule[] = [{ on: RESOURCE_INTERPRETER_CUSTOMIZATION, verbs: READ }]

/**
 * Keeps what the operator knows of kinds in step with the ResourceInterpreterCustomizations, and tells their users of scripts
 * that cannot work.
 *
 * @returns ends it.
 */
export function startCustomizations(deps: CustomizationDeps): () => Promise<void> {
  // Before anything is interpreted: a kind that is customized is never seen without its scripts.
  deps.layer.replace(deps.customizations.list())
  const controller = deps.newController({
    name: 'interpreter-customization',
    concurrency: 1,
    reconcile: newCustomizationReconciler(deps),
  })
  controller.watch({
    informer: deps.customizations,
    keysOf: change => (isNews(change) ? [change.object.metadata.name] : []),
  })
  controller.start()
  return () => controller.stop()
}

function isNews(change: Change<ResourceInterpreterCustomization>): boolean {
  if (change.type !== 'updated') return true
  const [now, before] = [change.object.metadata, change.previous.metadata]
  // The language is an annotation, which counts for no generation.
  return now.generation !== before.generation || languageName(now.annotations) !== languageName(before.annotations)
}
