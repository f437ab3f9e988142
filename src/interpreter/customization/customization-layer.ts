import { deepEqual } from '../../object/deep-equal.ts'
import { formatGvk } from '../../object/gvk.ts'
import type { ResourceInterpreterCustomization } from '../../object/karmada-objects.ts'
import type { InterpreterLayer } from '../interpreter.ts'
import { newKindChanges } from '../kind-changes.ts'
import type { KindHooks } from '../kind-interpreter.ts'
import { mergeDependencies } from '../pod-dependencies.ts'
import { SCRIPT_FIELDS, type ScriptField } from './operations.ts'
import type { ScriptCalls } from './script-calls.ts'
import { dialectOf } from './script-dialects.ts'
import { indexScripts, type KindScripts, type PlacedScript } from './script-index.ts'
import { toComponents, toDependencies, toHealthy } from './script-results.ts'

/** What ResourceInterpreterCustomizations say of kinds. */
export interface CustomizationLayer extends InterpreterLayer {
  /** Takes the place of all customizations that were known. */
  replace(customizations: readonly ResourceInterpreterCustomization[]): void
}

/** @source spec/behaviour/status.md §6.1 */
export function newCustomizationLayer(calls: ScriptCalls): CustomizationLayer {
  const { onChange, tell } = newKindChanges()
  let index: ReadonlyMap<string, KindScripts> = new Map()
  let hooks: ReadonlyMap<string, KindHooks> = new Map()
  return {
    hooksOf: gvk => hooks.get(formatGvk(gvk)),
    onChange,
    replace(customizations) {
      const before = index
      index = indexScripts(customizations)
      hooks = new Map([...index].map(([kind, scripts]) => [kind, hooksOf(calls, scripts)]))
      const kinds = new Set([...before.keys(), ...index.keys()])
      const changed = new Set([...kinds].filter(kind => !deepEqual(before.get(kind), index.get(kind))))
      if (changed.size > 0) tell(gvk => changed.has(formatGvk(gvk)))
    },
  }
}

function hooksOf(calls: ScriptCalls, scripts: KindScripts): KindHooks {
  const parts = SCRIPT_FIELDS.map(field => {
    const [first, ...others] = scripts.get(field) ?? []
    return first === undefined ? {} : HOOKS[field](calls, [first, ...others])
  })
  return Object.assign({}, ...parts)
}

type Scripts = readonly [PlacedScript, ...PlacedScript[]]

/** How each script is called. Only dependencies are told by several scripts. */
const HOOKS: Readonly<Record<ScriptField, (calls: ScriptCalls, scripts: Scripts) => KindHooks>> = {
  replicaResource: ({ call }, [script]) => ({
    getReplicas: template => call(script, { args: [template], read: dialectOf(script.language).replicas }),
  }),
  componentResource: ({ call }, [script]) => ({
    getComponents: template => call(script, { args: [template], read: toComponents }),
  }),
  replicaRevision: ({ call }, [script]) => ({
    reviseReplicas(template, replicas) {
      const read = dialectOf(script.language).object('ReviseReplica', [template])
      return call(script, { args: [template, replicas], read })
    },
  }),
  retention: ({ call }, [script]) => ({
    retain(desired, observed) {
      const read = dialectOf(script.language).object('Retain', [desired, observed])
      return call(script, { args: [desired, observed], read })
    },
  }),
  statusReflection: ({ call }, [script]) => ({
    reflectStatus: observed => call(script, { args: [observed], read: dialectOf(script.language).status }),
  }),
  statusAggregation: ({ call }, [script]) => ({
    aggregateStatus(template, items) {
      const read = dialectOf(script.language).object('AggregateStatus', [template])
      return call(script, { args: [template, items], read })
    },
  }),
  healthInterpretation: ({ call }, [script]) => ({
    isHealthy: observed => call(script, { args: [observed], read: toHealthy }),
  }),
  dependencyInterpretation: ({ call }, scripts) => ({
    async getDependencies(template) {
      const told = scripts.map(script => call(script, { args: [template], read: toDependencies }))
      return mergeDependencies((await Promise.all(told)).flat())
    },
  }),
}
