import { DEFAULT_TEMPLATE_KINDS } from '../../api/template-kinds.ts'
import { CommandError } from '../manifests.ts'

/** What a member lets the host do: the workloads of the chart's default kinds, the same in some namespaces only, everything. */
export const PERMISSIONS = ['workloads', 'namespaced', 'cluster-admin'] as const

export type Permissions = (typeof PERMISSIONS)[number]

/** A rule of a Role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

const LOOK = ['get', 'list', 'watch']
const CHANGE = ['create', 'patch', 'update', 'delete']
/** On every kind that is propagated. */
export const MEMBER_VERBS: readonly string[] = [...LOOK, ...CHANGE]
const RBAC_GROUP = 'rbac.authorization.k8s.io'

/** A rule that a member grants whatever is propagated, and what it is for. */
export interface MemberNeed {
  readonly rule: PolicyRule
  readonly why: string
}

/** What Flotilla looks at in every member: whose cluster it is, what it serves, how much room it has, and why Pods do not run. */
export const MEMBER_NEEDS: readonly MemberNeed[] = [
  {
    rule: { apiGroups: [''], resources: ['namespaces', 'nodes', 'pods', 'resourcequotas', 'events'], verbs: LOOK },
    why: 'whose cluster it is, the room that it has, and what its Pods say of themselves',
  },
  { rule: { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }, why: '`flotilla logs`' },
  { rule: { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: LOOK }, why: '`flotilla events`' },
  {
    rule: { apiGroups: ['metrics.k8s.io'], resources: ['nodes', 'pods'], verbs: ['get', 'list'] },
    why: '`flotilla top`',
  },
  {
    rule: { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: LOOK },
    why: 'what it serves, and when it serves more',
  },
  { rule: { apiGroups: ['apiregistration.k8s.io'], resources: ['apiservices'], verbs: LOOK }, why: 'the same' },
]

export const MEMBER_LOOKS: readonly PolicyRule[] = MEMBER_NEEDS.map(({ rule }) => rule)

/** Of the default kinds those that no namespace holds: rights on them are for the whole cluster or for nothing. */
const CLUSTER_WIDE = new Set(['namespaces', 'persistentvolumes', 'ingressclasses', 'priorityclasses', 'storageclasses'])

interface GroupKinds {
  readonly group: string
  readonly plurals: readonly string[]
}

/** The rules of a member's ClusterRoles. */
export interface MemberRules {
  /** For the whole cluster. */
  readonly everywhere: readonly PolicyRule[]
  /** For the namespaces that were named; absent: `everywhere` says it all. */
  readonly inNamespaces?: readonly PolicyRule[]
}

/**
 * The rules of a preset.
 *
 * @param more kinds besides the chart's default ones, as kubectl names them (`secrets`, `widgets.example.com`)
 * @returns undefined for `cluster-admin`, which is a role of Kubernetes' own.
 * @throws CommandError for a kind that is no name.
 */
export function memberRules(permissions: Permissions, more: readonly string[]): MemberRules | undefined {
  const kinds = [...defaultKinds(), ...more.map(parseKind)]
  switch (permissions) {
    case 'cluster-admin':
      return undefined
    case 'workloads':
      return { everywhere: [...MEMBER_LOOKS, ...kinds.flatMap(each => rulesOf(each, MEMBER_VERBS))] }
    case 'namespaced': {
      const inNamespaces = kinds
        .map(({ group, plurals }) => ({ group, plurals: plurals.filter(plural => !CLUSTER_WIDE.has(plural)) }))
        .filter(({ plurals }) => plurals.length > 0)
      return {
        // What is managed is watched by its label, in all namespaces at once.
        everywhere: [...MEMBER_LOOKS, ...inNamespaces.flatMap(each => rulesOf(each, LOOK))],
        inNamespaces: inNamespaces.flatMap(each => rulesOf(each, CHANGE)),
      }
    }
  }
}

function defaultKinds(): readonly GroupKinds[] {
  return Object.entries(DEFAULT_TEMPLATE_KINDS).flatMap(([group, kinds]) => {
    const plurals = Object.entries(kinds).flatMap(([plural, mode]) => (mode === false ? [] : [plural]))
    return plurals.length === 0 ? [] : [{ group: group === 'core' ? '' : group, plurals }]
  })
}

const KIND = /^([a-z0-9]+|\*)(?:\.([a-z0-9][-a-z0-9.]*[a-z0-9]))?$/

function parseKind(text: string): GroupKinds {
  const [, plural, group = ''] = KIND.exec(text) ?? []
  if (plural === undefined || (plural === '*' && group === '')) {
    throw new CommandError(
      `--propagate ${text}: name a kind as kubectl does, in the plural, with its group: secrets, widgets.example.com, "*.example.com"`,
    )
  }
  return { group, plurals: [plural] }
}

function rulesOf({ group, plurals }: GroupKinds, verbs: readonly string[]): readonly PolicyRule[] {
  const rule = { apiGroups: [group], resources: plurals, verbs }
  if (group !== RBAC_GROUP || !verbs.includes('create')) return [rule]
  // Who passes on rights must hold them, or be let: Kubernetes asks for it.
  return [rule, { apiGroups: [group], resources: ['roles', 'clusterroles'], verbs: ['escalate', 'bind'] }]
}
