import { valueAt, withValueAt } from '../object/field.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { printable } from '../object/printable.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { EntryError } from './entry-error.ts'

const IN_TEMPLATE = ['spec', 'template', 'spec', 'containers'] as const

/** Where the containers of a kind are. By the kind's name alone, whatever its group. */
const CONTAINERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  Pod: ['spec', 'containers'],
  ReplicaSet: IN_TEMPLATE,
  Deployment: IN_TEMPLATE,
  DaemonSet: IN_TEMPLATE,
  StatefulSet: IN_TEMPLATE,
  Job: IN_TEMPLATE,
}

/**
 * Changes the containers of a workload; init and ephemeral containers are left alone, and so is every kind that is not in
 * the table (CronJob among them).
 *
 * @param change gives the container itself when it has nothing to change
 * @throws EntryError when the kind has its name from Kubernetes and not its shape.
 * @source spec/behaviour/overrides.md §3, §4
 */
export function mapContainers(manifest: KubeObject, change: (container: JsonObject) => JsonObject): KubeObject {
  const path = Object.hasOwn(CONTAINERS, manifest.kind) ? CONTAINERS[manifest.kind] : undefined
  if (path === undefined) return manifest
  const containers = valueAt(manifest, ...path) ?? []
  if (!Array.isArray(containers) || !containers.every(isJsonObject)) {
    throw new EntryError(`/${printable(path.join('/'))} is no list of containers`)
  }
  const changed = containers.map(change)
  return changed.some((container, index) => container !== containers[index])
    ? withValueAt(manifest, path, changed)
    : manifest
}
