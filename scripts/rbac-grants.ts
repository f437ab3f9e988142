// What roles allow, one line for each verb on each resource: to compare the roles that a chart renders with what is declared.
import type { NameSetting } from '../src/api/host-rule.ts'
import { CLUSTER_NAMESPACE } from '../src/api/names.ts'
import type { TemplateMode } from '../src/api/template-kinds.ts'
import type { DeclaredRules } from '../src/host-rules.ts'
import { listAt, stringAt } from '../src/object/field.ts'
import { type MergedRule, mergeRules, mergeTemplateRules } from './rbac-rules.ts'

interface Grant {
  /** Absent: everywhere. */
  readonly namespace?: string | undefined
  readonly verb: string
  readonly group: string
  readonly resource: string
  /** Absent: of any name. */
  readonly name?: string | undefined
}

const line = ({ namespace = '*', verb, group, resource, name }: Grant): string =>
  `${namespace}: ${verb} ${group === '' ? 'core' : group}/${resource}${name === undefined ? '' : ` ${name}`}`

const distinct = (grants: readonly Grant[]): readonly string[] => [...new Set(grants.map(line))].toSorted()

/** @returns what bindings among these objects give a ServiceAccount, sorted. */
export function grantsOfRoles(objects: readonly unknown[], account: string): readonly string[] {
  const bindings = objects.filter(
    object =>
      (stringAt(object, 'kind') ?? '').endsWith('RoleBinding') &&
      listAt(object, 'subjects').some(subject => stringAt(subject, 'name') === account),
  )
  return distinct(
    bindings.flatMap(binding => {
      const namespace = stringAt(binding, 'metadata', 'namespace')
      const role = objects.find(
        object =>
          stringAt(object, 'kind') === stringAt(binding, 'roleRef', 'kind') &&
          stringAt(object, 'metadata', 'name') === stringAt(binding, 'roleRef', 'name') &&
          (stringAt(binding, 'roleRef', 'kind') === 'ClusterRole' ||
            stringAt(object, 'metadata', 'namespace') === namespace),
      )
      return listAt(role, 'rules').flatMap(rule => grantsOfRule(rule, namespace))
    }),
  )
}

function grantsOfRule(rule: unknown, namespace: string | undefined): readonly Grant[] {
  const texts = (field: string): readonly string[] => listAt(rule, field).map(String)
  const names = texts('resourceNames')
  return texts('apiGroups').flatMap(group =>
    texts('resources').flatMap(resource =>
      texts('verbs').flatMap(verb =>
        (names.length === 0 ? [undefined] : names).map(name => ({ namespace, verb, group, resource, name })),
      ),
    ),
  )
}

export interface Release {
  readonly namespace: string
  /** What settings name. */
  readonly names: Readonly<Record<NameSetting, string>>
  /** The value `templates.kinds`. */
  readonly kinds: Readonly<Record<string, Readonly<Record<string, TemplateMode>>>>
}

/** @returns the same of what controllers declare, all conditions met. */
export function declaredGrants(declared: readonly DeclaredRules[], release: Release): readonly string[] {
  const ofRules = mergeRules(declared).flatMap(rule => grantsOfDeclared(rule, release))
  return distinct([...ofRules, ...grantsOnTemplates(declared, release)])
}

function grantsOfDeclared(rule: MergedRule, release: Release): readonly Grant[] {
  const { group, resource, within, names, verbs } = rule
  const places = { operator: release.namespace, clusters: CLUSTER_NAMESPACE }
  const namespace = within === undefined ? undefined : places[within]
  const named = names === undefined ? [undefined] : 'setting' in names ? [release.names[names.setting]] : names
  return verbs.flatMap(verb => named.map(name => ({ namespace, verb, group, resource, name })))
}

function grantsOnTemplates(declared: readonly DeclaredRules[], { kinds }: Release): readonly Grant[] {
  const placed = Object.entries(kinds).flatMap(([group, modes]) =>
    Object.entries(modes).flatMap(([plural, mode]) => (mode === false ? [] : [{ group, plural, mode }])),
  )
  return placed.flatMap(({ group, plural, mode }) =>
    mergeTemplateRules(declared)
      .filter(({ subresource }) => subresource !== 'status' || mode === 'aggregate')
      .flatMap(({ subresource, verbs }) => {
        const resource = subresource === undefined ? plural : `${plural}/${subresource}`
        return verbs.map(verb => ({ verb, group: group === 'core' ? '' : group, resource }))
      }),
  )
}
