// What people may do with the API in their namespaces: rules that Kubernetes' own roles view, edit and admin take up.

import { stringAt } from '../src/object/field.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { listCustomResources } from '../src/registration/custom-resources.ts'

interface UserRole {
  /** Suffix of its name. */
  readonly name: 'view' | 'edit'
  /** The roles of Kubernetes that take it up; `admin` takes up what `edit` has. */
  readonly aggregatedTo: readonly string[]
  readonly verbs: readonly string[]
  readonly has: (crd: KubeObject) => boolean
}

const groupOf = (crd: KubeObject): string => stringAt(crd, 'spec', 'group') ?? ''
const pluralOf = (crd: KubeObject): string => stringAt(crd, 'spec', 'names', 'plural') ?? ''

/** Written by the operator only; a Work holds whole objects, Secrets too. */
const WORK_GROUP = 'work.karmada.io'
/** As ResourceQuota: it binds the users of the namespace. */
const BY_ADMINISTRATORS = ['federatedresourcequotas']

const ROLES: readonly UserRole[] = [
  {
    name: 'view',
    aggregatedTo: ['view'],
    verbs: ['get', 'list', 'watch'],
    has: crd => pluralOf(crd) !== 'works',
  },
  {
    name: 'edit',
    aggregatedTo: ['edit', 'admin'],
    verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
    has: crd => groupOf(crd) !== WORK_GROUP && !BY_ADMINISTRATORS.includes(pluralOf(crd)),
  },
]

/** @returns the text of the template; `note` is its head. */
export function renderUserRoles(note: string): string {
  const crds = listCustomResources().filter(crd => stringAt(crd, 'spec', 'scope') === 'Namespaced')
  const documents = ROLES.map(role => renderRole(role, crds.filter(role.has)))
  return `${note}\n{{- if and .Values.rbac.create .Values.rbac.userRoles (eq .Values.mode "operator") }}\n${documents.join('---\n')}{{- end }}\n`
}

function renderRole({ name, aggregatedTo, verbs }: UserRole, crds: readonly KubeObject[]): string {
  const labels = aggregatedTo.map(role => `"rbac.authorization.k8s.io/aggregate-to-${role}" "true"`).join(' ')
  const groups = [...new Set(crds.map(groupOf))]
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRole',
    'metadata:',
    `  {{- $metadata := dict "root" . "name" (printf "%s-${name}" (include "flotilla.fullname" .)) }}`,
    `  {{- include "flotilla.metadata" (merge $metadata (dict "labels" (dict ${labels}))) | nindent 2 }}`,
    'rules:',
    ...groups.flatMap(group => [
      `  - apiGroups: [${group}]`,
      `    resources: [${crds
        .filter(crd => groupOf(crd) === group)
        .map(pluralOf)
        .sort()
        .join(', ')}]`,
      `    verbs: [${verbs.join(', ')}]`,
    ]),
    '',
  ].join('\n')
}
