import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CallError, type Endpoint } from '../controlplane/rest.ts'

/** By which a member is reached: one of two ServiceAccounts, whose tokens end with it. */
export interface Credentials {
  /**
   * Gives the other ServiceAccount's to `use`, and takes the former away when that has resolved: from then on, or ten seconds later, for
   * which an apiserver remembers a token, nobody gets in by what was. One after the other; one that failed can be tried again.
   */
  replace(use: (token: string) => Promise<unknown>): Promise<void>
}

const NAMESPACE = 'kube-system'
const NAMES = ['flotilla-a', 'flotilla-b'] as const

export function newCredentials(plane: Pick<ControlPlane, 'kubeconfigFor' | 'request'>): Credentials {
  let used: string | undefined
  let turn: Promise<void> = Promise.resolve()
  const replace: Credentials['replace'] = async use => {
    const [next = NAMES[0]] = NAMES.filter(name => name !== used)
    // Of a try that failed: tokens of then are not to be good again.
    await remove(plane, next)
    const identity = { namespace: NAMESPACE, serviceAccount: next, clusterRole: 'cluster-admin' }
    const { token }: Endpoint = await plane.kubeconfigFor(identity)
    await use(token)
    const former = used
    used = next
    if (former !== undefined) await remove(plane, former)
  }
  return {
    replace: use => {
      turn = turn.catch(() => undefined).then(() => replace(use))
      return turn
    },
  }
}

async function remove(plane: Pick<ControlPlane, 'request'>, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${name}`
  await plane.request(path, { method: 'DELETE' }).catch(error => {
    if (!(error instanceof CallError && error.statusCode === 404)) throw error
  })
}
