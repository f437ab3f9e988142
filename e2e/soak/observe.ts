import type { ControlPlane } from '../controlplane/control-plane.ts'
import { byName, type Entry } from './by-name.ts'
import { neededBy, type PodContent, valueOfMap, valueOfPods } from './content.ts'
import { CONFIG_MAPS, DEPLOYMENTS, MANAGED } from './objects.ts'
import type { SoakFleet } from './soak-fleet.ts'
import type { Counts, Held, Holdings } from './states.ts'

/** Every namespace of every cluster has it. */
const OWN_MAP = 'kube-root-ca.crt'

interface Metadata {
  readonly name: string
  readonly uid: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

interface ConfigMap {
  readonly metadata: Metadata
  readonly data?: Readonly<Record<string, string>>
}

interface Deployment {
  readonly metadata: Metadata
  readonly spec: {
    readonly replicas?: number
    readonly template: { readonly spec: Pick<PodContent, 'containers'> }
  }
  readonly status?: Partial<Counts>
}

/** @returns what every member holds in the walk's namespace, whosever it is, asked of the members themselves. */
export async function readHoldings({ members }: SoakFleet): Promise<Holdings> {
  const entries = members.map(async ({ name, plane }) => [name, await heldBy(plane)] as const)
  return new Map(await Promise.all(entries))
}

async function heldBy(plane: ControlPlane): Promise<ReadonlyMap<string, Held>> {
  const [maps, deployments] = (await Promise.all([plane.request(CONFIG_MAPS), plane.request(DEPLOYMENTS)])) as [
    { readonly items: readonly ConfigMap[] },
    { readonly items: readonly Deployment[] },
  ]
  const held = [...maps.items.map(heldMap), ...deployments.items.map(heldDeployment)]
  return byName(held.filter(({ name }) => name !== OWN_MAP))
}

function heldMap({ metadata, data = {} }: ConfigMap): Entry<Held> {
  const value = valueOfMap({ value: writtenValue(metadata), data })
  return entry(
    { ...heldBase(metadata), kind: 'ConfigMap', value, needs: [], replicas: 0, counts: countsOf({}) },
    metadata,
  )
}

function heldDeployment({ metadata, spec, status = {} }: Deployment): Entry<Held> {
  const { containers } = spec.template.spec
  const value = valueOfPods({ value: writtenValue(metadata), containers })
  const { replicas = 0 } = spec
  const ofPods = { value, needs: neededBy({ containers }), replicas, counts: countsOf(status) }
  return entry({ ...heldBase(metadata), kind: 'Deployment', ...ofPods }, metadata)
}

function entry(value: Held, { name }: Metadata): Entry<Held> {
  return { kind: value.kind, name, value }
}

function heldBase({ uid, labels, annotations }: Metadata): Pick<Held, 'uid' | 'isManaged' | 'mark'> {
  return { uid, isManaged: labels?.[MANAGED] === 'true', mark: annotations?.['mark'] ?? '' }
}

function writtenValue({ annotations }: Metadata): string {
  return annotations?.['value'] ?? ''
}

/** @returns what a Deployment's status counts: what it leaves out is 0. */
export function countsOf({ replicas = 0, readyReplicas = 0, updatedReplicas = 0 }: Partial<Counts>): Counts {
  return { replicas, readyReplicas, updatedReplicas }
}
