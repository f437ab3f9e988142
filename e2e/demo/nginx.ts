import { join } from 'node:path'
import type { Fleet } from '../controlplane/fleet.ts'
import type { SupervisedProcess } from '../controlplane/supervisor.ts'
import { waitFor } from '../controlplane/wait.ts'
import { ROOT } from './place.ts'

/** What the demo applies: examples/nginx, as a user would. */
export const EXAMPLE = join(ROOT, 'examples', 'nginx')
const REPLICAS = 2
const READY_MS = 300_000

interface Deployment {
  readonly metadata: { readonly generation?: number }
  readonly spec: { readonly replicas?: number }
  readonly status?: {
    readonly observedGeneration?: number
    readonly readyReplicas?: number
    readonly updatedReplicas?: number
  }
}

/** Waits until the Deployment on the host tells of both replicas, one in each member. @throws with how far it came. */
export async function awaitNginx(fleet: Fleet, operator: SupervisedProcess): Promise<void> {
  const path = '/apis/apps/v1/namespaces/default/deployments/nginx'
  let ready = 0
  const look = async (): Promise<true | undefined> => {
    const { metadata, spec, status = {} } = (await fleet.host.request(path)) as Deployment
    ready = status.readyReplicas ?? 0
    const current = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
    return (
      (current && spec.replicas === REPLICAS && ready === REPLICAS && status.updatedReplicas === REPLICAS) || undefined
    )
  }
  const hopeless = (): string | undefined => operator.whyNotRunning()
  try {
    await waitFor(look, { until: 'deployment nginx is ready on the host', timeoutMs: READY_MS, everyMs: 200, hopeless })
  } catch (cause) {
    throw new Error(`deployment nginx on the host is ${ready}/${REPLICAS}, not ${REPLICAS}/${REPLICAS}`, { cause })
  }
}
