import type { Resource } from '../../src/api/kinds.ts'
import { newInterpreter } from '../../src/interpreter/interpreter.ts'
import { manifestIdentifier } from '../../src/interpreter/manifest-status.ts'
import type { Client } from '../../src/kube/client.ts'
import { valueAt, withValueAt } from '../../src/object/field.ts'
import type { Binding, Cluster, Work } from '../../src/object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../src/object/kube-object.ts'
import { keyOf } from '../../src/object/object-key.ts'
import { isJsonObject } from '../../src/object/raw-json.ts'
import { type Mechanism, parkableKind } from '../../src/parking/mechanisms.ts'
import { planTemplateStatus } from '../../src/status/aggregate/plan.ts'
import { planBindingStatus } from '../../src/status/collect/plan.ts'
import { AT, type HealthRow, type MemberState, type Members } from './row.ts'

const interpreter = newInterpreter()

/** The template as its user applies it, or as a host that parks it makes of that. */
export function templateOf({ type, spec }: HealthRow, name: string, isParked: boolean): KubeObject {
  const [apiVersion = '', kind = ''] = type.split(' ')
  const labels = { 'propagationpolicy.karmada.io/permanent-id': '6f9f7a0e-0000-4000-8000-000000000000' }
  const template = { apiVersion, kind, metadata: { name, namespace: 'default', labels }, spec }
  const parking = isParked ? parkableKind(template) : undefined
  if (parking === undefined) return template
  const { path } = parking.atCreation
  const record = JSON.stringify({ [path.join('.')]: valueAt(template, ...path) ?? null })
  const annotations = { 'flotilla.dev/parked-fields': record }
  const marked = {
    ...template,
    metadata: { ...template.metadata, labels: { ...labels, 'flotilla.dev/parked': 'true' }, annotations },
  }
  return withValueAt(marked, path, parkedValue(parking.atCreation))
}

function parkedValue(mechanism: Mechanism): unknown {
  switch (mechanism.type) {
    case 'scalar':
      return mechanism.value
    case 'entry':
      return { [mechanism.key]: mechanism.value }
    case 'gate':
      return [{ name: mechanism.name }]
  }
}

export interface Aggregation {
  readonly client: Client
  readonly resource: Resource
  readonly template: KubeObject
  readonly row: HealthRow
  readonly members: Members
}

/**
 * Writes what the members tell into the template's status, as the operator does on its way from members to host.
 *
 * @returns the template as the host has it then. @throws when the same once more would be another write.
 */
export async function aggregate(aggregation: Aggregation): Promise<KubeObject> {
  const { client, resource, template } = aggregation
  const body = await statusPatch(aggregation, template)
  if (body === undefined) return template
  const options = { subresource: 'status' }
  const written = await client.patch(resource, keyOf(template), { type: 'merge', body }, options)
  const again = await statusPatch(aggregation, written)
  if (again !== undefined) throw new Error(`is written again: ${JSON.stringify(again)}`)
  return written
}

async function statusPatch({ row, members }: Aggregation, template: KubeObject): Promise<JsonObject | undefined> {
  const binding = await bindingOf(row, template, members)
  const aggregated = await interpreter.aggregateStatus(template, binding.status?.aggregatedStatus ?? [])
  return planTemplateStatus({ template, aggregated, binding, now: AT })
}

async function bindingOf(row: HealthRow, template: KubeObject, members: Members): Promise<Binding> {
  const { apiVersion, kind, metadata } = template
  const { replicas } = row
  const binding: Binding = {
    ...{ apiVersion: 'work.karmada.io/v1alpha2', kind: 'ResourceBinding', metadata },
    spec: {
      resource: { apiVersion, kind, name: metadata.name },
      clusters: Object.keys(members).map(name => ({ name, ...(replicas !== undefined && { replicas }) })),
    },
  }
  const works = await Promise.all(
    Object.entries(members).map(([name, member]) => workOf({ row, template, name, member })),
  )
  const clusters = Object.entries(members).map(([name, member]) => clusterOf(name, member))
  const status = planBindingStatus({ binding, works, clusters, now: AT })?.['status']
  return { ...binding, ...(isJsonObject(status) && { status }) }
}

interface Placed {
  readonly row: HealthRow
  readonly template: KubeObject
  readonly name: string
  readonly member: MemberState
}

async function workOf({ row, template, name, member }: Placed): Promise<Work> {
  const { apiVersion, kind, metadata } = template
  const manifest = { apiVersion, kind, metadata: { name: metadata.name, namespace: 'default' } }
  const generation = (metadata.generation ?? 0) - (member.isBehind === true ? 1 : 0)
  const observed: KubeObject = {
    ...manifest,
    metadata: {
      ...{ ...manifest.metadata, generation: 1 },
      annotations: { 'resourcetemplate.karmada.io/generation': `${generation}` },
    },
    spec: { ...row.spec, ...(row.replicas !== undefined && { replicas: row.replicas }) },
    ...(member.status !== undefined && { status: member.status }),
  }
  const status = await interpreter.reflectStatus(observed)
  const health = await interpreter.interpretHealth(observed)
  const applied = {
    type: 'Applied',
    status: member.refusal === undefined ? 'True' : 'False',
    ...{ reason: 'x', message: member.refusal ?? '', lastTransitionTime: AT },
  } as const
  const told = { identifier: manifestIdentifier(manifest, 0), ...(status !== undefined && { status }), health }
  return {
    ...{ apiVersion: 'work.karmada.io/v1alpha1', kind: 'Work' },
    metadata: { name: 'w', namespace: `karmada-es-${name}`, generation: 1 },
    spec: { workload: { manifests: [manifest] } },
    status: { conditions: [applied], manifestStatuses: [told] },
  }
}

function clusterOf(name: string, { isStale }: MemberState): Cluster {
  const ready = { type: 'Ready', status: isStale === true ? 'False' : 'True', reason: 'x', message: '' } as const
  return {
    ...{ apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', metadata: { name } },
    spec: { syncMode: 'Push' },
    status: { conditions: [{ ...ready, lastTransitionTime: AT }] },
  }
}
