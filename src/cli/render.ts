import { formatKey, keyOf } from '../object/object-key.ts'
import { printable } from '../object/printable.ts'
import { stripManaged } from '../rendering/strip-managed.ts'
import type { Clock } from '../runtime/clock.ts'
import { CommandError, type ManifestText, readManifests } from './manifests.ts'
import { overlaid, type World, worldOf } from './plan/world.ts'
import { compareWithLive, type LiveMember } from './render/compare-with-live.ts'
import { type NotRendered, type Rendered, renderForCluster } from './render/render-for-cluster.ts'
import { withScripts } from './scripted-interpreter.ts'
import { writeYaml } from './yaml.ts'

export interface RenderOptions {
  /** Templates, policies, override policies, customizations, Clusters. */
  readonly files: readonly ManifestText[]
  /** Name of the member. */
  readonly cluster: string
  /** Clusters, for what depends on their labels, and for the scheduler. */
  readonly clusters?: ManifestText
  readonly replicas?: number
  readonly output: 'yaml' | 'json'
}

export interface RenderDeps {
  readonly write: (text: string) => void
  /** For what is no object: what the member does not get, and why. */
  readonly warn: (text: string) => void
  readonly clock: Clock
}

/**
 * Prints what a member would get of templates, without the marks by which the operator knows it again.
 *
 * @returns the exit code: 0, or 1 when the member gets none of them
 * @throws CommandError
 */
export async function render(deps: RenderDeps, options: RenderOptions): Promise<number> {
  const outcomes = await renderAll(deps, options)
  const manifests = outcomes.flatMap(outcome => ('manifest' in outcome ? [stripManaged(outcome.manifest)] : []))
  if (options.output === 'json') deps.write(`${JSON.stringify(manifests, undefined, 2)}\n`)
  else deps.write(manifests.map(manifest => `---\n${writeYaml(manifest)}`).join(''))
  return manifests.length === 0 ? 1 : 0
}

/**
 * Compares what a member would get with what it has. Nothing is written: its apiserver is asked what would come of it.
 *
 * @returns the exit code: 0, or 1 when something would change
 * @throws CommandError; StatusError, TransportError when the member cannot be asked
 */
export async function diff(deps: RenderDeps, options: RenderOptions, member: LiveMember): Promise<number> {
  const outcomes = await renderAll(deps, options)
  let changed = 0
  for (const outcome of outcomes) {
    if (!('manifest' in outcome)) continue
    const text = await compareWithLive(member, outcome.manifest)
    if (text !== '') changed += 1
    deps.write(text)
  }
  return changed === 0 ? 0 : 1
}

async function renderAll(deps: RenderDeps, options: RenderOptions): Promise<readonly (Rendered | NotRendered)[]> {
  const objects = options.files.flatMap(readManifests)
  const files = worldOf(objects)
  if (files.templates.length === 0) throw new CommandError('no file has a template: nothing to render')
  const world = options.clusters === undefined ? files : overlaid(files, worldOf(readManifests(options.clusters)))
  const { cluster, replicas } = options
  if (options.clusters !== undefined) checkCluster(world, cluster)
  return withScripts(deps.clock, world.customizations, async ({ interpreter }) => {
    const input = { world, objects, cluster, replicas, interpreter }
    const outcomes = await Promise.all(world.templates.map(template => renderForCluster(input, template)))
    for (const outcome of outcomes) if ('why' in outcome) deps.warn(notRendered(outcome))
    return outcomes
  })
}

/** Whoever gives all Clusters does not mean another one. */
function checkCluster({ clusters }: World, name: string): void {
  const names = clusters.map(({ metadata }) => metadata.name)
  if (!names.includes(name)) throw new CommandError(`there is no cluster ${name} in --clusters: ${names.join(', ')}`)
}

function notRendered({ template, why }: NotRendered): string {
  return `${printable(`${template.kind} ${formatKey(keyOf(template))}: ${why}`)}\n`
}
