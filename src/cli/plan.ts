import type { Clock } from '../runtime/clock.ts'
import { CommandError, type ManifestText, readManifests } from './manifests.ts'
import { decide, type TemplatePlan } from './plan/decide.ts'
import { printPlans } from './plan/print.ts'
import { type Change, changed, drainedClusters, parseChange } from './plan/what-if.ts'
import { overlaid, type World, worldOf } from './plan/world.ts'
import { withScripts } from './scripted-interpreter.ts'
import { writeYaml } from './yaml.ts'

export interface PlanOptions {
  /** Policies and templates; Clusters and bindings, too, where there is no host. */
  readonly files: readonly ManifestText[]
  /** Clusters, and nothing else is asked for. */
  readonly clusters?: ManifestText
  /** Each as it was given: `drain=member1`. */
  readonly whatIf: readonly string[]
  readonly output: 'table' | 'json' | 'yaml'
}

export interface PlanDeps {
  readonly write: (text: string) => void
  readonly clock: Clock
  /** What a host has besides the files; asked only when no file has a Cluster. */
  readonly onHost: (files: World) => Promise<World>
}

/**
 * Tells where templates would go under policies, and why, with the scheduler that the operator has. Nothing is written.
 *
 * @returns the exit code: 0, or 1 when one of the templates has no place.
 * @throws CommandError for what is wrong with the call; StatusError, TransportError when the host cannot be asked.
 */
export async function plan({ write, clock, onHost }: PlanDeps, options: PlanOptions): Promise<number> {
  const changes = options.whatIf.map(parseChange)
  const files = worldOf(options.files.flatMap(readManifests))
  if (files.templates.length === 0) throw new CommandError('no file has a template: nothing to plan')
  const before = await surroundings(files, options.clusters, onHost)
  const after = changes.reduce(changed, before)
  const drained = drainedClusters(changes)
  const plans = await withScripts(clock, after.customizations, ({ interpreter }) =>
    Promise.all(after.templates.map(template => decide({ world: after, interpreter, drained }, template))),
  )
  write(print(plans, changes, options))
  return plans.every(({ schedulable }) => schedulable) ? 0 : 1
}

async function surroundings(
  files: World,
  clusters: ManifestText | undefined,
  onHost: PlanDeps['onHost'],
): Promise<World> {
  if (clusters !== undefined) return overlaid(files, worldOf(readManifests(clusters)))
  return files.clusters.length > 0 ? files : onHost(files)
}

function print(plans: readonly TemplatePlan[], changes: readonly Change[], { output }: PlanOptions): string {
  if (output === 'table') return printPlans(plans)
  const schedulable = plans.every(each => each.schedulable)
  const document = { schedulable, ...(changes.length > 0 && { changes }), plans }
  return output === 'json' ? `${JSON.stringify(document, undefined, 2)}\n` : writeYaml(document)
}
