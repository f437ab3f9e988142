import type { Client } from '../../../kube/client.ts'
import { look } from '../../../kube/look.ts'
import type { KubeObject } from '../../../object/kube-object.ts'
import { DEPLOYMENT } from '../../../parking/read-host-facts.ts'
import { type Check, type CheckContext, type RunCheck, withRights } from './check.ts'
import { checkClocks } from './clocks.ts'
import { checkLeaving } from './leaving.ts'
import { checkRelease } from './release.ts'
import { checkReplicas } from './replicas.ts'
import { checkRights } from './rights.ts'
import { checkTokens } from './tokens.ts'
import { checkVersions } from './versions.ts'

/** In the order in which they are told. */
const CHECKS: Readonly<Record<Check['name'], RunCheck>> = {
  Release: checkRelease,
  Replicas: checkReplicas,
  Versions: checkVersions,
  Rights: checkRights,
  Clocks: checkClocks,
  Tokens: checkTokens,
  Leaving: checkLeaving,
}
const CHART = 'app.kubernetes.io/name=flotilla'

/** Looks at everything beyond the host itself. @returns only what there was to look at. */
export async function runChecks(
  context: Omit<CheckContext, 'deployments'>,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const found = await look('Deployments', () => listDeployments(context.client, context.namespace, signal))
  const deployments = 'found' in found ? found.found : []
  const checks = await Promise.all(
    Object.entries(CHECKS).map(async ([name, check]) => {
      const finding = await withRights(() => check({ ...context, deployments }, signal))
      return finding && { name, ...finding }
    }),
  )
  return checks.flatMap(check => (check !== undefined && isCheck(check) ? [check] : []))
}

function isCheck(check: Omit<Check, 'name'> & { readonly name: string }): check is Check {
  return Object.hasOwn(CHECKS, check.name)
}

async function listDeployments(client: Client, namespace: string, signal: AbortSignal): Promise<readonly KubeObject[]> {
  return (await client.list(DEPLOYMENT, { namespace, labelSelector: CHART }, { signal })).items
}
