import type { ResourceInterpreterCustomization } from '../../object/karmada-objects.ts'
import { scriptsOf, targetKind } from './script-index.ts'

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
  const { name } = customization.metadata
  const rivals = all
    .filter(other => other.metadata.name !== name && targetKind(other) === targetKind(customization))
    .flatMap(scriptsOf)
  return scriptsOf(customization).flatMap(({ field }) => {
    const names = rivals.filter(rival => rival.field === field).map(rival => rival.customization)
    const [first] = [...names, name].toSorted()
    if (field === 'dependencyInterpretation' || names.length === 0) return []
    return [`${field}: ${names.toSorted().join(', ')} has a script for the same kind; that of ${first} is used`]
  })
}
