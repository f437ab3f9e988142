import { BINDING_KINDS, CLUSTER, NAMESPACE, WORK } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import type { Discovery } from '../../kube/discovery.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { stringAt } from '../../object/field.ts'
import { gvkOf } from '../../object/gvk.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf } from '../../object/object-key.ts'
import { inTurn } from './in-turn.ts'
import { markOf } from './mark.ts'
import { type HostPlan, planHost } from './plan-host.ts'
import { nameOf } from './read-source.ts'
import { error, type Finding, type HostRow } from './report.ts'
import type { MemberScope, Scope } from './scope.ts'

/** An object that goes to the host, and what is there. */
export interface HostItem {
  readonly wanted: KubeObject
  readonly existing: KubeObject | undefined
  readonly plan: HostPlan
}

/** What is to be written on the host, in this order: all of one part before the next. */
export interface Survey {
  readonly parts: readonly (readonly HostItem[])[]
  /** Secrets and Cluster of each member that is to be taken over. */
  readonly members: readonly MemberItems[]
  /** Whether members have been taken over already. */
  readonly opened: boolean
  readonly findings: readonly Finding[]
}

export interface MemberItems extends Pick<MemberScope, 'name'> {
  readonly secrets: readonly HostItem[]
  readonly cluster: HostItem
}

export interface SurveyDeps {
  readonly host: Pick<Client, 'get' | 'list'>
  readonly discovery: Pick<Discovery, 'resourceFor'>
  readonly signal: AbortSignal
}

/** Compares what goes to the host with what is there. Nothing is written. */
export async function surveyHost(deps: SurveyDeps, scope: Scope, source: string): Promise<Survey> {
  const { items: clusters } = (await findOrUndefined(() => deps.host.list(CLUSTER, {}, deps))) ?? { items: [] }
  const opened = clusters.some(cluster => markOf(cluster)?.source === source)
  const look = (objects: readonly KubeObject[]): Promise<readonly HostItem[]> =>
    inTurn(objects, async wanted => {
      const existing = await readExisting(deps, wanted)
      const [shared, derived] = [wanted.kind === NAMESPACE.kind, isDerived(wanted)]
      return { wanted, existing, plan: planHost({ wanted, existing, opened, shared, derived }) }
    })
  const { namespaces, definitions, rules, bindings, works, templates } = scope
  const parts = await Promise.all([namespaces, definitions, rules, bindings, works, templates].map(look))
  const members = await Promise.all(
    scope.members.map(async ({ name, cluster, secrets }) => {
      const [found, items] = await Promise.all([look([cluster]), look(secrets)])
      const [item] = found
      return item === undefined ? [] : [{ name, cluster: item, secrets: items }]
    }),
  )
  const known = definedKinds(definitions)
  const served = await Promise.all(
    templates.map(async object => known.has(kindOf(object)) || (await isServed(deps, object))),
  )
  const items = [...parts.flat(), ...members.flat().flatMap(({ cluster, secrets }) => [cluster, ...secrets])]
  return {
    parts,
    members: members.flat(),
    opened,
    findings: [...notServed(templates.filter((_, index) => served[index] === false)), ...conflicts(items)],
  }
}

/** @returns rows for what is written before members are taken over, and after. */
export function rowsOf({ parts, members }: Survey): readonly HostRow[] {
  const items = [...parts.flat(), ...members.flatMap(({ cluster, secrets }) => [...secrets, cluster])]
  return items.map(({ wanted, plan }) => ({ object: nameOf(wanted), ...plan }))
}

async function readExisting(
  { host, discovery, signal }: SurveyDeps,
  wanted: KubeObject,
): Promise<KubeObject | undefined> {
  const resource = await discovery.resourceFor(gvkOf(wanted))
  if (resource === undefined) return undefined
  return findOrUndefined(() => host.get(resource, keyOf(wanted), { signal }))
}

async function isServed({ discovery }: SurveyDeps, object: KubeObject): Promise<boolean> {
  return (await discovery.resourceFor(gvkOf(object))) !== undefined
}

function isDerived({ kind, metadata }: KubeObject): boolean {
  return kind === WORK.kind && BINDING_KINDS.some(({ permanentIdLabel }) => metadata.labels?.[permanentIdLabel])
}

function kindOf(object: KubeObject): string {
  const { group, kind } = gvkOf(object)
  return `${group}/${kind}`
}

function definedKinds(definitions: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(
    definitions.map(
      each => `${stringAt(each, 'spec', 'group') ?? ''}/${stringAt(each, 'spec', 'names', 'kind') ?? ''}`,
    ),
  )
}

function notServed(objects: readonly KubeObject[]): readonly Finding[] {
  const kinds = new Set(objects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))
  return [...kinds].map(kind =>
    error(
      'NotServed',
      `The host does not serve ${kind}: install its CRD there, or bring those of Karmada with --include customresourcedefinitions.apiextensions.k8s.io`,
    ),
  )
}

function conflicts(items: readonly HostItem[]): readonly Finding[] {
  return items
    .filter(({ plan }) => plan.action === 'conflict')
    .map(({ wanted, plan }) => error('Conflict', `${nameOf(wanted)}: ${plan.note}. Remove or rename one of the two`))
}
