import type { KubeObject } from '../../object/kube-object.ts'

/** The Lease by which an agent says that it is alive, as our cache keeps it. */
export interface AgentLease extends KubeObject {
  readonly spec?: { readonly renewTime?: string }
  /** When the host stored it last, by the host's clock, in milliseconds since the epoch. */
  readonly flotillaStoredAtMs?: number
}

/** What is kept of a Lease: its renewal, and the latest of the times that the host's apiserver noted for its writers. */
export function projectAgentLease(lease: AgentLease): AgentLease {
  const { managedFields = [], ...metadata } = lease.metadata
  const times = managedFields.map(({ time }) => Date.parse(time ?? '')).filter(time => !Number.isNaN(time))
  return { ...lease, metadata, ...(times.length > 0 && { flotillaStoredAtMs: Math.max(...times) }) }
}
