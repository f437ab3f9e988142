import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CallError } from '../controlplane/rest.ts'
import { meddle } from './meddle.ts'
import {
  type Applied,
  CLUSTERS,
  CORDON_KEY,
  overrideObject,
  overridePath,
  policyObject,
  policyPath,
  TAINT_KEY,
  taintsOf,
  templateObject,
  templatePath,
} from './objects.ts'
import { isNotFound, persist } from './persist.ts'
import { putMember, type SoakFleet, type SoakMember } from './soak-fleet.ts'
import { after, type ClusterState, type Step, stateOf, type Template, type World } from './world.ts'

/** Does on the host, or in a member, what a step says. A server that is away is tried again, as a user would. */
export async function perform(soak: SoakFleet, world: World, step: Step): Promise<void> {
  const host = soak.host.plane
  switch (step.do) {
    case 'put':
      return applyObject(host, templateObject(step.name, step.template))
    case 'delete':
      return remove(host, templatePath(templateOf(world, step.name), step.name))
    case 'place':
      await untilNotLeaving(host, policyPath(step.group))
      return applyObject(host, policyObject(step.group, step))
    case 'drop': {
      const selected = [...world.templates].filter(([, { group }]) => group === step.group)
      for (const [name, template] of selected) await remove(host, templatePath(template, name))
      return remove(host, policyPath(step.group))
    }
    case 'withdraw': {
      const path = policyPath(step.group)
      await remove(host, path)
      return untilGone(host, path)
    }
    case 'mark':
      return applyObject(host, overrideObject(step.group, step))
    case 'plain':
      return remove(host, overridePath(step.group))
    case 'join':
      return join(host, memberNamed(soak.members, step.cluster))
    case 'leave':
      return remove(host, `${CLUSTERS}/${step.cluster}`)
    case 'meddle':
      return meddle(soak, world, step)
    default:
      return writeTaints(host, step.cluster, stateOf(after(world, step), step.cluster))
  }
}

/** As `flotilla taint` does: those of others stay, and what changed meanwhile is read again. */
async function writeTaints(host: ControlPlane, cluster: string, state: ClusterState): Promise<void> {
  const path = `${CLUSTERS}/${cluster}`
  const ours = taintsOf(state).map(taint =>
    taint.key === TAINT_KEY ? { ...taint, timeAdded: new Date().toISOString() } : taint,
  )
  await persist(`taints of ${cluster}`, async () => {
    const { metadata, spec } = (await host.request(path)) as TaintedCluster
    const others = (spec.taints ?? []).filter(({ key }) => key !== TAINT_KEY && key !== CORDON_KEY)
    const { resourceVersion } = metadata
    const body = { metadata: { resourceVersion }, spec: { taints: [...others, ...ours] } }
    await host.request(path, { method: 'PATCH', body })
  })
}

interface TaintedCluster {
  readonly metadata: { readonly resourceVersion: string }
  readonly spec: { readonly taints?: readonly { readonly key: string }[] }
}

function templateOf(world: World, name: string): Template {
  const template = world.templates.get(name)
  if (template === undefined) throw new Error(`there is no template ${name}`)
  return template
}

async function join(host: ControlPlane, member: SoakMember): Promise<void> {
  await untilNotLeaving(host, `${CLUSTERS}/${member.name}`)
  await persist(`${member.name} is joined`, () => putMember(host, member))
}

/** What somebody writes to an object that is being deleted goes with it: there can be no other one of that name yet. */
async function untilNotLeaving(host: ControlPlane, path: string): Promise<void> {
  await persist(`nothing is leaving at ${path}`, async () => {
    const found = await look(host, path)
    if (found?.metadata.deletionTimestamp !== undefined) throw new CallError(409, `what is at ${path} is being deleted`)
  })
}

/** As kubectl waits after a deletion. */
async function untilGone(host: ControlPlane, path: string): Promise<void> {
  await persist(`nothing is at ${path}`, async () => {
    if ((await look(host, path)) !== undefined) throw new CallError(409, `there is something at ${path}`)
  })
}

/** @returns undefined when there is nothing. */
async function look(host: ControlPlane, path: string): Promise<Deletable | undefined> {
  const found = await host.request(path).catch(error => {
    if (isNotFound(error)) return undefined
    throw error
  })
  return found as Deletable | undefined
}

interface Deletable {
  readonly metadata: { readonly deletionTimestamp?: string }
}

function memberNamed(members: readonly SoakMember[], name: string): SoakMember {
  const member = members.find(candidate => candidate.name === name)
  if (member === undefined) throw new Error(`there is no member ${name}`)
  return member
}

function applyObject(host: ControlPlane, { path, body }: Applied): Promise<void> {
  const contentType = 'application/apply-patch+yaml'
  const send = () => host.request(`${path}?fieldManager=user&force=true`, { method: 'PATCH', contentType, body })
  return persist(`apply ${path}`, send)
}

function remove(host: ControlPlane, path: string): Promise<void> {
  return persist(`delete ${path}`, () =>
    host.request(path, { method: 'DELETE' }).catch(error => {
      if (!isNotFound(error)) throw error
    }),
  )
}
