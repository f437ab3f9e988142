import { randomUUID } from 'node:crypto'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { type Call, CallError } from '../controlplane/rest.ts'
import { MANAGED, templatePath } from './objects.ts'
import { isNotFound, persist } from './persist.ts'
import type { SoakFleet } from './soak-fleet.ts'
import type { Step, Template, World } from './world.ts'

type Meddle = Step & { readonly do: 'meddle' }

/** What a person does in a member, who then finds it as it was. What is not there or does not answer is left. */
export async function meddle({ members }: SoakFleet, world: World, step: Meddle): Promise<void> {
  const plane = members.find(({ name }) => name === step.cluster)?.plane
  const template = world.templates.get(step.name)
  if (plane === undefined || template === undefined) return
  const path = templatePath(template, step.name)
  if (step.how === 'disown') return disown(plane, path)
  const send =
    step.how === 'remove'
      ? plane.request(path, { method: 'DELETE', timeoutMs: 1_000 })
      : plane.request(asSomebody(path), { ...editOf(template), timeoutMs: 1_000 })
  await send.catch(() => undefined)
}

/** Each time somebody else: what the same manager takes three times is left to it (docs/reference/member-rules.md). */
function asSomebody(path: string): string {
  return `${path}?fieldManager=person-${randomUUID()}`
}

/** Changes what is declared, and adds what is not. */
function editOf({ kind }: Template): Call {
  if (kind === 'ConfigMap') return { method: 'PATCH', body: { data: { value: 'x', more: 'x' } } }
  const containers = [
    { name: 'main', image: 'example.com/x' },
    { name: 'more', image: 'example.com/x' },
  ]
  const body = { spec: { replicas: 11, template: { spec: { containers } } } }
  return { method: 'PATCH', contentType: 'application/strategic-merge-patch+json', body }
}

/** Waits until the label is back: an object that is to go while it lacks it stays, as a person wants who takes it off. */
async function disown(plane: ControlPlane, path: string): Promise<void> {
  const body = { metadata: { labels: { [MANAGED]: null } } }
  await persist(`${path} is nobody's`, () =>
    plane.request(asSomebody(path), { method: 'PATCH', body }).catch(leaveAbsent),
  )
  await persist(`${path} is ours again`, async () => {
    const found = await plane.request(path).catch(leaveAbsent)
    if (found !== undefined && (found as Labelled).metadata.labels?.[MANAGED] !== 'true')
      throw new CallError(409, `${path} lacks its label`)
  })
}

interface Labelled {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> }
}

function leaveAbsent(error: unknown): undefined {
  if (!isNotFound(error)) throw error
  return undefined
}
