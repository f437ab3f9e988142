import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SoakFleet } from './soak-fleet.ts'

const KEPT = [
  '/apis/cluster.karmada.io/v1alpha1/clusters',
  '/apis/work.karmada.io/v1alpha2/resourcebindings',
  '/apis/work.karmada.io/v1alpha1/works',
  '/apis/apps/v1/deployments',
  '/apis/policy.karmada.io/v1alpha1/propagationpolicies',
  '/apis/policy.karmada.io/v1alpha1/clusterpropagationpolicies',
  '/apis/coordination.k8s.io/v1/leases',
]

/** Keeps beside the logs what the host has and what the operators count, as it is: who wrote what last, and when, stands in managedFields. */
export async function keepState(soak: SoakFleet): Promise<void> {
  const lists = await Promise.all(KEPT.map(async path => [path, await soak.host.plane.request(path).catch(String)]))
  writeFileSync(join(soak.logs, 'host.json'), JSON.stringify(Object.fromEntries(lists), undefined, 1))
  for (const [index, { running }] of soak.operators.entries()) {
    const text = await fetch(running.metricsUrl).then(answer => answer.text(), String)
    writeFileSync(join(soak.logs, `operator-${index + 1}.metrics`), text)
  }
}
