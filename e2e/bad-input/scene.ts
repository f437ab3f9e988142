import { executionNamespace } from '../../src/api/names.ts'
import { workName } from '../../src/object/generated-names.ts'
import { type AnyObject, readObject } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CallError } from '../controlplane/rest.ts'
import { collectionOf, LEDGER } from './kinds.ts'
import { type NastyRequest, OVERRIDE_LABEL } from './nasty-requests.ts'
import { eventsByUid, itemsAt } from './readable.ts'
import { judge, type Overridable, type Scene, type Verdict } from './verdicts.ts'

const READ_MS = 60_000

export interface Judged {
  readonly request: NastyRequest
  readonly kind: string
  /** Undefined for what is gone. */
  readonly verdict: Verdict | undefined
}

/** @returns what the host says of the objects of some requests, none of them a template. @param member the name of the one that templates go to */
export async function judgeAll(
  host: ControlPlane,
  member: string,
  requests: readonly NastyRequest[],
): Promise<readonly Judged[]> {
  const scene = await readScene(host, member, requests)
  const judged: Judged[] = []
  for (const request of requests) {
    const object = await readBack(host, request)
    judged.push({ request, kind: String(request.object['kind']), verdict: object && judge(object, scene) })
  }
  return judged
}

async function readScene(host: ControlPlane, member: string, requests: readonly NastyRequest[]): Promise<Scene> {
  const isAsked = (words: string): boolean => requests.some(({ object }) => String(object['kind']).includes(words))
  return {
    events: await eventsByUid(host),
    clusters: isAsked('Secret')
      ? await itemsAt(host, '/apis/cluster.karmada.io/v1alpha1/clusters?labelSelector=fuzz%3Dyes')
      : [],
    overridable: isAsked('OverridePolicy') ? await readOverridable(host, member) : [],
  }
}

async function readOverridable(host: ControlPlane, member: string): Promise<readonly Overridable[]> {
  const templates = await itemsAt(host, `${collectionOf(LEDGER)}?labelSelector=${encodeURIComponent(OVERRIDE_LABEL)}`)
  const read = async (template: AnyObject): Promise<Overridable> => {
    const { kind, metadata } = template
    const name = workName({ kind, name: metadata.name, namespace: metadata.namespace })
    const place = { kind: 'work', name, namespace: executionNamespace(member) }
    const work = await readObject(host, place)
    return { template, annotations: work && (work.metadata.annotations ?? {}) }
  }
  const found: Overridable[] = []
  for (const template of templates) found.push(await read(template))
  return found
}

/** @returns undefined for one that is gone. */
async function readBack(host: ControlPlane, { path, object }: NastyRequest): Promise<AnyObject> {
  try {
    return await host.request(`${path}/${object.metadata.name}`, { timeoutMs: READ_MS })
  } catch (error) {
    if (error instanceof CallError && error.statusCode === 404) return undefined
    throw error
  }
}
