import { ANNOTATION } from '../../api/names.ts'
import { foundIn } from '../../kube/look.ts'
import { listAt, stringAt } from '../../object/field.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { formatKey } from '../../object/object-key.ts'
import type { Finding, Observed } from './observed.ts'

/** Which others need it, and what it needs that is not there. */
export function findDependencies(observed: Observed, binding: Binding): readonly Finding[] {
  const dependents = (binding.spec.requiredBy ?? []).map(({ namespace = '', name }) => formatKey({ namespace, name }))
  const along: readonly Finding[] =
    dependents.length === 0
      ? []
      : [{ level: 'note', code: 'Dependency', message: `It goes along with what needs it: ${dependents.join(', ')}.` }]
  return [...along, ...findMissing(observed, binding)]
}

/** What is needed by name and has no binding that is attached: the host does not have it, or may not be asked for it. */
function findMissing(observed: Observed, binding: Binding): readonly Finding[] {
  const attached = foundIn(observed.attached)
  if (attached === undefined || binding.spec.propagateDeps !== true) return []
  const there = new Set(attached.map(({ spec: { resource } }) => nameOf(resource)))
  return dependenciesOf(binding)
    .filter(name => !there.has(name))
    .map(name => ({
      level: 'wait',
      code: 'DependencyMissing',
      message: `It needs ${name}, which is not sent along: the host does not have it.`,
      remedy: `Make ${name} on the host, if members do not have one of their own.`,
    }))
}

function dependenciesOf({ metadata }: Binding): readonly string[] {
  try {
    const list: unknown = JSON.parse(metadata.annotations?.[ANNOTATION.dependencies] ?? '[]')
    return listAt({ list }, 'list').flatMap(entry => (stringAt(entry, 'name') === undefined ? [] : nameOf(entry)))
  } catch {
    return []
  }
}

function nameOf(reference: unknown): string {
  const [namespace, name] = [stringAt(reference, 'namespace') ?? '', stringAt(reference, 'name') ?? '']
  return `${stringAt(reference, 'kind') ?? ''} ${formatKey({ namespace, name })}`
}
