import {
  BINDING_KINDS,
  CUSTOM_RESOURCE_DEFINITION,
  RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION,
} from '../../api/kinds.ts'
import { CLUSTER_NAMESPACE, clusterOfExecutionNamespace, executionNamespace, LABEL } from '../../api/names.ts'
import { formatApiVersion } from '../../object/gvk.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { manifestsOf } from '../../object/work-manifests.ts'
import { isGenerated, isReservedNamespace, newTemplateFilter } from '../../policy/skipped.ts'
import {
  type Carriage,
  carryBinding,
  carryCluster,
  carryNamespace,
  carryRule,
  carryTemplate,
  carryWork,
} from './carry.ts'
import { marked } from './mark.ts'
import { identityOf, nameOf, type Source, secretsNamedBy, templateOf } from './read-source.ts'
import { error, type Finding, note, warning } from './report.ts'

/** What goes to the host, in the order in which it is written there. */
export interface Scope {
  readonly namespaces: readonly KubeObject[]
  /** Kinds that templates are of. */
  readonly definitions: readonly KubeObject[]
  readonly rules: readonly KubeObject[]
  readonly bindings: readonly Binding[]
  readonly works: readonly Work[]
  readonly templates: readonly KubeObject[]
  /** Written when members are taken over, the credentials before their Cluster. */
  readonly members: readonly MemberScope[]
  readonly findings: readonly Finding[]
}

export interface MemberScope {
  readonly name: string
  readonly cluster: KubeObject
  readonly secrets: readonly KubeObject[]
}

/** Labels of Works that controllers of Karmada made for something else than a binding. */
const OTHER_ORIGINS = [
  'endpointslice.karmada.io/managed-by',
  'multiclusterservice.karmada.io/name',
  'federatedresourcequota.karmada.io/name',
]
const IMPERSONATOR = 'karmada-impersonator'
const filter = newTemplateFilter()

/** Chooses what of a Karmada goes to the host, and tells what does not. */
export function scopeOf(source: Source, carriage: Carriage): Scope {
  const templates = new Map(source.templates.map(template => [identityOf(template), template]))
  const live = source.bindings.filter(isLive)
  const bindings = live.filter(binding => templates.has(templateOf(binding)))
  const works = source.works.filter(isLive)
  const carriedWorks = works.filter(work => isCarriedWork(work, bindings))
  const carried = [...templates.values()].filter(template =>
    bindings.some(each => templateOf(each) === identityOf(template)),
  )
  const extras = source.extras.filter(object => !templates.has(identityOf(object)) && isWanted(object))
  const [definitions, others] = split([...carried, ...extras].filter(isLive), isDefinition)
  const members = source.clusters.filter(isLive).map(cluster => memberOf(source, cluster, carriage))
  const rules = source.rules.filter(isLive)
  return {
    namespaces: namespacesOf(source, [...bindings, ...rules, ...others], carriage),
    definitions: definitions.map(object => carryTemplate(object, { ...carriage, parkedBy: 'nobody' })),
    rules: rules.map(object => carryRule(object, carriage)),
    bindings: bindings.map(binding => carryBinding(binding, carriage)),
    works: carriedWorks.map(work => carryWork(work, carriage)),
    templates: others.map(object => carryTemplate(object, carriage)),
    members,
    findings: [
      ...terminating(source),
      ...leftBindings(live, bindings),
      ...leftWorks(works, carriedWorks),
      ...leftKinds(source),
      ...unaskedServers(source),
      ...clusterFindings(source, members),
    ],
  }
}

function isLive({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp === undefined
}

function isPushed({ spec }: Cluster): boolean {
  return spec.syncMode === 'Push'
}

function isWanted(object: KubeObject): boolean {
  return !filter.isSkippedObject(object) && !isGenerated(object)
}

function isDefinition(object: KubeObject): boolean {
  return (
    object.kind === CUSTOM_RESOURCE_DEFINITION.kind &&
    object.apiVersion === formatApiVersion(CUSTOM_RESOURCE_DEFINITION)
  )
}

function split<T>(all: readonly T[], test: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(test), all.filter(one => !test(one))]
}

/** Works of bindings, and those that users wrote; the operator makes what it needs of the others. */
function isCarriedWork(work: Work, bindings: readonly Binding[]): boolean {
  const ids = BINDING_KINDS.flatMap(kind => work.metadata.labels?.[kind.permanentIdLabel] ?? [])
  if (ids.length > 0)
    return bindings.some(({ metadata }) => ids.some(id => Object.values(metadata.labels ?? {}).includes(id)))
  return clusterOfExecutionNamespace(work.metadata.namespace ?? '') !== undefined && !isMadeByOthers(work)
}

function isMadeByOthers(work: Work): boolean {
  const ofNamespace = manifestsOf(work).some(
    ({ kind, metadata }) => kind === 'Namespace' || metadata.name === IMPERSONATOR,
  )
  return ofNamespace || OTHER_ORIGINS.some(label => work.metadata.labels?.[label] !== undefined)
}

function namespacesOf(
  { namespaces, clusters }: Source,
  objects: readonly KubeObject[],
  carriage: Carriage,
): readonly KubeObject[] {
  const wanted = new Set(objects.map(({ metadata }) => metadata.namespace ?? ''))
  const users = namespaces.filter(({ metadata: { name } }) => wanted.has(name) && !isReservedNamespace(name))
  const system = [
    CLUSTER_NAMESPACE,
    ...clusters.filter(isLive).map(({ metadata }) => executionNamespace(metadata.name)),
  ]
  return [
    ...users.map(object => carryNamespace(object, carriage)),
    ...system.map(name => systemNamespace(name, carriage)),
  ]
}

function systemNamespace(name: string, { source }: Carriage): KubeObject {
  const labels = { [LABEL.system]: 'true' }
  return marked({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }, { source, uid: name })
}

/**
 * The operator reads Secrets of one namespace only, so they go there wherever Karmada has them. A member in Pull mode gets
 * credentials of its own when it registers; labels and region, by which overrides and placements know it, come along.
 */
function memberOf({ secrets }: Source, cluster: Cluster, carriage: Carriage): MemberScope {
  const named = isPushed(cluster) ? secretsNamedBy(cluster) : []
  const found = secrets.filter(({ metadata: { namespace, name } }) =>
    named.some(key => key.namespace === namespace && key.name === name),
  )
  const { secretRef, impersonatorSecretRef, ...others } = cluster.spec
  const spec = {
    ...others,
    ...(secretRef && named.length > 0 && { secretRef: { ...secretRef, namespace: CLUSTER_NAMESPACE } }),
    ...(impersonatorSecretRef &&
      named.length > 0 && { impersonatorSecretRef: { ...impersonatorSecretRef, namespace: CLUSTER_NAMESPACE } }),
  }
  return {
    name: cluster.metadata.name,
    cluster: carryCluster({ ...cluster, spec }, carriage),
    secrets: found.map(secret =>
      carryRule({ ...secret, metadata: { ...secret.metadata, namespace: CLUSTER_NAMESPACE } }, carriage),
    ),
  }
}

function terminating({ bindings, templates, clusters, rules }: Source): readonly Finding[] {
  const leaving = [...bindings, ...templates, ...clusters, ...rules].filter(object => !isLive(object))
  return leaving.map(object =>
    error('Terminating', `${nameOf(object)} is being deleted in Karmada: wait until it is gone, and run this again`),
  )
}

function leftBindings(all: readonly Binding[], carried: readonly Binding[]): readonly Finding[] {
  const left = all.filter(binding => !carried.includes(binding))
  return left.map(binding =>
    warning('NotCarried', `${nameOf(binding)} stays behind: Karmada has no ${templateOf(binding)} any more`),
  )
}

function leftWorks(all: readonly Work[], carried: readonly Work[]): readonly Finding[] {
  const left = all.filter(
    work => !carried.includes(work) && OTHER_ORIGINS.some(key => work.metadata.labels?.[key] !== undefined),
  )
  return left.map(work =>
    warning('NotCarried', `${nameOf(work)} stays behind: it was made for a kind that the host does not know`),
  )
}

/** A server answers the operator; nobody asks it here. */
function unaskedServers({ rules }: Source): readonly Finding[] {
  const servers = rules.filter(({ kind }) => kind === RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION.kind)
  return servers.map(server =>
    note(
      'Unread',
      `${nameOf(server)}: its servers must be reachable from the operator. What they say of kinds is not in the verdicts`,
    ),
  )
}

function leftKinds({ unsupported }: Source): readonly Finding[] {
  return unsupported.map(({ kind, count }) =>
    warning('NotCarried', `${kind}: ${count} stay behind, the host does not serve this kind`),
  )
}

/** Karmada moves nothing for a taint unless two of its flags say so; here that is the default. */
function evicting({ metadata, spec }: Cluster): readonly Finding[] {
  const taints = (spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute')
  return taints.map(({ key }) =>
    error(
      'NoExecute',
      `Cluster ${metadata.name} has the taint ${key}:NoExecute: what does not tolerate it would leave the cluster. Take it off in Karmada, or set the chart's value failover: {mode: off} and accept this`,
    ),
  )
}

function clusterFindings({ clusters }: Source, members: readonly MemberScope[]): readonly Finding[] {
  const pulled = clusters.filter(cluster => !isPushed(cluster) && isLive(cluster))
  const isPulled = (member: MemberScope): boolean => pulled.some(({ metadata }) => metadata.name === member.name)
  const withoutSecret = members.filter(member => member.secrets.length === 0 && !isPulled(member))
  return [
    ...clusters.flatMap(evicting),
    ...pulled.map(({ metadata: { name } }) =>
      note(
        'PullCluster',
        `Cluster ${name} is in Pull mode: its agent has to be exchanged. When Karmada is stopped, stop its karmada-agent (in the member: kubectl -n karmada-system scale deployment karmada-agent --replicas=0), run this, register it (kubectl flotilla token create ${name} --print-register-command), and run this again; until then what goes there is held`,
      ),
    ),
    ...withoutSecret.map(({ name }) =>
      error('NoCredentials', `Cluster ${name}: the Secret that its spec.secretRef names is missing in Karmada`),
    ),
  ]
}
