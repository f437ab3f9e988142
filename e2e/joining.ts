import { isConditionTrue } from '../src/object/condition.ts'
import { valueAt } from '../src/object/field.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import type { Fleet } from './controlplane/fleet.ts'
import { waitFor } from './controlplane/wait.ts'

/** How a member is described to the host, besides its connection. */
export interface JoinOptions {
  readonly labels?: Readonly<Record<string, string>>
  readonly provider?: string
  readonly region?: string
  readonly zones?: readonly string[]
}

/** A member by its name, and the way to it. */
export type Joinable = Pick<ControlPlane, 'name' | 'kubeconfig'>

/** The Secret and the Cluster that make a member known: what a user applies (README). */
export function joinManifests(member: Joinable, { labels, ...topology }: JoinOptions = {}): readonly object[] {
  const secretRef = { namespace: 'karmada-cluster', name: member.name }
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: secretRef,
      stringData: { kubeconfig: member.kubeconfig },
    },
    {
      apiVersion: 'cluster.karmada.io/v1alpha1',
      kind: 'Cluster',
      metadata: { name: member.name, ...(labels && { labels }) },
      spec: { syncMode: 'Push', secretRef, ...topology },
    },
  ]
}

/** Joins every member of a fleet and waits until all are Ready. */
export async function joinMembers(
  fleet: Pick<Fleet, 'host' | 'members'>,
  members: readonly Joinable[] = fleet.members,
): Promise<void> {
  const items = members.flatMap(member => joinManifests(member))
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  // The operator makes the API and the namespace of the Secrets when it starts.
  await waitFor(async () => fleet.host.kubectl(['apply', '-f', '-'], list), {
    until: 'Secrets and Clusters can be applied',
    timeoutMs: 120_000,
    everyMs: 500,
  })
  await Promise.all(
    members.map(({ name }) =>
      waitFor(async () => ((await isReady(fleet, name)) ? true : undefined), {
        until: `cluster ${name} is Ready`,
        timeoutMs: 120_000,
        everyMs: 250,
      }),
    ),
  )
}

async function isReady({ host }: Pick<Fleet, 'host'>, name: string): Promise<boolean> {
  const cluster = await host.request(`/apis/cluster.karmada.io/v1alpha1/clusters/${name}`)
  const status = valueAt(cluster, 'status', 'conditions')
  return Array.isArray(status) && isConditionTrue(status, 'Ready')
}
