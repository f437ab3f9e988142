import type { CycleContext } from '../scheduling/plugin.ts'

/** The context of a scheduling cycle for a Deployment that was never placed, with what a case needs changed. */
export function aContext(fields: Partial<CycleContext>): CycleContext {
  return {
    spec: { resource: { apiVersion: 'apps/v1', kind: 'Deployment' } },
    placement: {},
    targetNames: new Set(),
    evictedNames: new Set(),
    tiers: [],
    affinityPeers: [],
    antiAffinityPeers: [],
    ...fields,
  }
}
