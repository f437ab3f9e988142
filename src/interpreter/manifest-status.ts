import type { ManifestStatus, ResourceIdentifier } from '../api/generated/work.ts'
import { parseApiVersion } from '../object/gvk.ts'
import { jsonSize } from '../object/json-size.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'
import type { Interpreter } from './interpreter.ts'
import type { Health } from './kind-interpreter.ts'

/** One manifest of a Work, and where it stands in it. */
export interface PlacedManifest {
  readonly manifest: KubeObject
  /** Position in `spec.workload.manifests`, from 0. */
  readonly ordinal: number
}

/** What a Work takes of one object's status, in characters: an apiserver stores no object beyond 1.5 MiB. */
export const MAX_STATUS_SIZE = 512 * 1024

/**
 * How many objects and lists may stand within each other in a status that is written to the host, the status itself among them.
 * What nests a thousand levels can't be read back: no answer of the host with that Work in it could, of any member.
 */
export const MAX_STATUS_DEPTH = 100

/** What a member object comes to, in its Work. */
export interface InterpretedManifest {
  readonly status: ManifestStatus
  /** Why health is Unknown: what the interpreter threw. */
  readonly healthFailure?: unknown
}

/**
 * What a Work says of one of its manifests: which it is, its status as the host needs it, and whether it is healthy.
 *
 * @param observed the object in the member
 * @throws what the interpreter threw while reflecting, and for a status beyond {@link MAX_STATUS_SIZE} or {@link MAX_STATUS_DEPTH}; a failure while judging health gives Unknown instead
 * @source spec/behaviour/status.md §1
 */
export async function interpretManifest(
  interpreter: Pick<Interpreter, 'reflectStatus' | 'interpretHealth'>,
  { manifest, ordinal }: PlacedManifest,
  observed: KubeObject,
): Promise<InterpretedManifest> {
  const reflected = await interpreter.reflectStatus(observed)
  const excess = excessOf(reflected)
  if (excess !== undefined) throw new Error(`its status is ${excess}, which is not taken to the host`)
  const { health, failure } = await healthOf(interpreter, observed)
  const identifier = manifestIdentifier(manifest, ordinal)
  return {
    status: { identifier, ...(reflected && { status: withoutNulls(reflected) }), health },
    ...(failure !== undefined && { healthFailure: failure }),
  }
}

/** Depth first: the others go down as far as it goes. */
function excessOf(status: JsonObject | undefined): string | undefined {
  if (nestsDeeperThan(status, MAX_STATUS_DEPTH)) return `nested deeper than ${MAX_STATUS_DEPTH} levels`
  if (jsonSize(status, MAX_STATUS_SIZE) > MAX_STATUS_SIZE) return `larger than ${MAX_STATUS_SIZE / 1024} KiB`
  return undefined
}

/** Whether more than so many objects and lists stand within each other. It goes no deeper itself, however deep the value is. */
export function nestsDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(each => nestsDeeperThan(each, levels - 1))
}

/** @returns how a Work names one of its manifests. The schema asks for `resource`, which Karmada leaves empty. */
export function manifestIdentifier(manifest: KubeObject, ordinal: number): ResourceIdentifier {
  const { group, version } = parseApiVersion(manifest.apiVersion)
  const { name, namespace } = manifest.metadata
  return {
    ordinal,
    ...(group !== '' && { group }),
    version,
    kind: manifest.kind,
    resource: '',
    ...(namespace && { namespace }),
    name,
  }
}

/** Whether two identifiers name the same manifest of a Work. */
export function isSameIdentifier(a: ResourceIdentifier, b: ResourceIdentifier): boolean {
  return (
    a.ordinal === b.ordinal &&
    (a.group ?? '') === (b.group ?? '') &&
    a.version === b.version &&
    a.kind === b.kind &&
    (a.namespace ?? '') === (b.namespace ?? '') &&
    a.name === b.name
  )
}

async function healthOf(
  interpreter: Pick<Interpreter, 'interpretHealth'>,
  observed: KubeObject,
): Promise<{ readonly health: Health; readonly failure?: unknown }> {
  try {
    return { health: await interpreter.interpretHealth(observed) }
  } catch (error) {
    return { health: 'Unknown', failure: error }
  }
}

/**
 * A null member says nothing, and a merge patch can't carry it: an apiserver drops it even inside lists, so that a status
 * with one would be written again at every look. (A Pod's conditions have `lastProbeTime: null`.)
 */
function withoutNulls(object: JsonObject): JsonObject {
  const kept = Object.entries(object).flatMap(([name, value]): [string, unknown][] =>
    value === null ? [] : [[name, pruned(value)]],
  )
  return Object.fromEntries(kept)
}

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned)
  return isJsonObject(value) ? withoutNulls(value) : value
}
