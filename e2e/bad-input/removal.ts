import { RESOURCE_BINDING } from '../../src/api/kinds.ts'
import { executionNamespace } from '../../src/api/names.ts'
import type { AnyObject } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { call } from '../controlplane/rest.ts'
import { waitFor } from '../controlplane/wait.ts'
import type { TestFleet } from '../test-fleet.ts'
import { settled } from './figures.ts'
import { collectionOf, LEDGER, LOUD_LEDGER, NAMESPACE } from './kinds.ts'
import { itemsAt } from './readable.ts'

const BY_LABEL = `?labelSelector=${encodeURIComponent('fuzz=yes')}`
const TEMPLATES = [
  `/api/v1/namespaces/${NAMESPACE}/configmaps`,
  `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`,
  ...[LEDGER, LOUD_LEDGER].map(kind => collectionOf(kind)),
]
const WORKS = `/apis/work.karmada.io/v1alpha1/namespaces/${executionNamespace('member1')}/works`
/** Collections of what the cases made: thousands, one by one, take kubectl longer than it is given. */
const MADE = [
  ...TEMPLATES,
  `/apis/policy.karmada.io/v1alpha1/namespaces/${NAMESPACE}/propagationpolicies`,
  `/apis/policy.karmada.io/v1alpha1/clusterpropagationpolicies${BY_LABEL}`,
  `/apis/policy.karmada.io/v1alpha1/namespaces/${NAMESPACE}/overridepolicies`,
  `/apis/policy.karmada.io/v1alpha1/clusteroverridepolicies${BY_LABEL}`,
  `/apis/work.karmada.io/v1alpha2/namespaces/${NAMESPACE}/resourcebindings`,
  `/apis/work.karmada.io/v1alpha2/clusterresourcebindings${BY_LABEL}`,
  `${WORKS}${BY_LABEL}`,
  `/apis/cluster.karmada.io/v1alpha1/clusters${BY_LABEL}`,
  `/api/v1/namespaces/karmada-cluster/secrets${BY_LABEL}`,
  `/apis/config.karmada.io/v1alpha1/resourceinterpretercustomizations${BY_LABEL}`,
]
/** An apiserver ends a request after a minute, whatever is left. */
const DELETE_MS = 90_000

/** Deletes all that cases made, and waits until the Works and what is in the member are gone as well, and nothing is left to do. */
export async function removeAll(fleet: TestFleet, timeoutMs: number): Promise<void> {
  const { host } = fleet
  for (const path of MADE)
    await empty(path, timeoutMs, async () => {
      await call(host.endpoint, path, { method: 'DELETE', timeoutMs: DELETE_MS })
      return await itemsAt(host, path)
    })
  await empty(WORKS, timeoutMs, () => worksOfCases(host))
  for (const path of TEMPLATES) await empty(`member1${path}`, timeoutMs, () => itemsAt(fleet.member('member1'), path))
  await settled(fleet)
}

async function empty(what: string, timeoutMs: number, look: () => Promise<readonly unknown[]>): Promise<void> {
  const isEmpty = async (): Promise<true | undefined> => (await look()).length === 0 || undefined
  await waitFor(isEmpty, { until: `${what} is empty`, timeoutMs, everyMs: 50 })
}

/** All but those of control objects, which are of another namespace. */
async function worksOfCases(host: ControlPlane): Promise<readonly AnyObject[]> {
  const { namespaceAnnotation = '' } = RESOURCE_BINDING
  const works = await itemsAt(host, WORKS)
  return works.filter(({ metadata }) => metadata.annotations?.[namespaceAnnotation] === NAMESPACE)
}
