import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CallError, call } from '../controlplane/rest.ts'
import type { NastyRequest } from './nasty-requests.ts'

const WRITE_MS = 60_000
/** Between objects that are made again: their events are to find room. */
const AGAIN_MS = 100
/** What etcd would not take: the apiserver has no status of its own for that. */
const TOO_LARGE = /etcdserver: request is too large|trying to send message larger than max/

/** @returns false for what the apiserver refuses. */
export async function send({ endpoint }: ControlPlane, { path, object }: NastyRequest): Promise<boolean> {
  try {
    await call(endpoint, path, { method: 'POST', body: object, timeoutMs: WRITE_MS })
    return true
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    if (error.statusCode < 500 || TOO_LARGE.test(error.message)) return false
    throw error
  }
}

/** What there was no room to tell is told of an object that is made again. */
export async function makeAgain(host: ControlPlane, requests: readonly NastyRequest[]): Promise<void> {
  for (const request of requests) {
    const path = `${request.path}/${request.object.metadata.name}`
    const isGone = (): Promise<true | undefined> =>
      call(host.endpoint, path, { method: 'DELETE' }).then(
        () => undefined,
        (error: unknown) => (error instanceof CallError && error.statusCode === 404 ? true : Promise.reject(error)),
      )
    await eventually(`${path} is gone`, isGone)
    await send(host, request)
    await sleep(AGAIN_MS)
  }
}
