import { listAt, stringAt } from '../src/object/field.ts'
import type { AnyObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'

/** What runs in a namespace of a member, and what it runs with. */
const PATHS = (namespace: string): readonly string[] => [
  `/api/v1/namespaces/${namespace}`,
  ...['pods', 'services', 'configmaps'].map(plural => `/api/v1/namespaces/${namespace}/${plural}`),
  ...['deployments', 'replicasets'].map(plural => `/apis/apps/v1/namespaces/${namespace}/${plural}`),
]

/** Objects of members by cluster, kind and name. */
export type MemberState = Readonly<Record<string, AnyObject>>

/** Reads what a namespace holds in each member. @param except names to leave out. */
export async function readMembers(
  members: readonly ControlPlane[],
  namespace: string,
  except: readonly string[] = [],
): Promise<MemberState> {
  const objects = await Promise.all(
    members.map(async member => {
      const answers = await Promise.all(PATHS(namespace).map(path => member.request(path)))
      return answers.flatMap(answer => {
        const kind = stringAt(answer, 'kind') ?? ''
        const items = kind.endsWith('List') ? listAt(answer, 'items') : [answer]
        return items.map(item => [`${member.name} ${kind} ${stringAt(item, 'metadata', 'name')}`, item] as const)
      })
    }),
  )
  return Object.fromEntries(objects.flat().filter(([key]) => !except.some(name => key.endsWith(` ${name}`))))
}

/** Which incarnation and version of each object there is: equal when nobody wrote anything. */
export function versionsOf(state: MemberState): object {
  return Object.fromEntries(
    Object.entries(state).map(([key, { metadata }]) => [key, `${metadata.uid} ${metadata.resourceVersion}`]),
  )
}

/** What runs: equal when nothing was made again, restarted or configured otherwise, whatever was noted on it. */
export function substanceOf(state: MemberState): object {
  return Object.fromEntries(
    Object.entries(state).map(([key, { metadata, spec, data }]) => {
      return [key, { uid: metadata.uid, generation: metadata.generation, spec, data }]
    }),
  )
}
