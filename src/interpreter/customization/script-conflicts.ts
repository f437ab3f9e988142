import { formatGvk, parseApiVersion } from '../../object/gvk.ts'
import type { ResourceInterpreterCustomization } from '../../object/karmada-objects.ts'
import { SCRIPT_FIELDS, type ScriptField } from './operations.ts'

/**
 * Operations for which another customization has a script too: for each kind and operation the first by name is used, and all
 * of them for dependencies.
 *
 * @returns a message for each
 * @source spec/api/admission.md §12: Karmada refuses such objects; here they are told of
 */
export function findConflicts(
  customization: ResourceInterpreterCustomization,
  all: readonly ResourceInterpreterCustomization[],
): readonly string[] {
  const rivals = all.filter(
    other => other.metadata.name !== customization.metadata.name && isSameKind(other, customization),
  )
  return SCRIPT_FIELDS.filter(field => field !== 'dependencyInterpretation' && hasScript(customization, field)).flatMap(
    field => {
      const names = rivals.filter(rival => hasScript(rival, field)).map(({ metadata }) => metadata.name)
      const [first] = [...names, customization.metadata.name].toSorted()
      if (names.length === 0) return []
      return [`${field}: ${names.toSorted().join(', ')} has a script for the same kind; that of ${first} is used`]
    },
  )
}

function isSameKind(a: ResourceInterpreterCustomization, b: ResourceInterpreterCustomization): boolean {
  return kindOf(a) === kindOf(b)
}

function kindOf({ spec: { target } }: ResourceInterpreterCustomization): string {
  return formatGvk({ ...parseApiVersion(target.apiVersion), kind: target.kind })
}

function hasScript({ spec }: ResourceInterpreterCustomization, field: ScriptField): boolean {
  return (spec.customizations[field]?.luaScript ?? '').trim() !== ''
}
