import { describe, expect, it, jest } from '@jest/globals'
import { apply, eventually, everywhere, read } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(240_000)

const fleet = useFleet({ members: 1 })
const ALWAYS = 'resourcetemplate.karmada.io/deletion-protected'
const WHILE_IN_USE = 'flotilla.dev/deletion-protected'

const label = (host: ControlPlane, ...args: readonly string[]) => host.kubectl(['label', ...args])
const remove = (host: ControlPlane, kind: string, name: string) => host.kubectl(['delete', kind, name, '--wait=false'])

async function gone(kind: string, name: string): Promise<void> {
  await eventually(`${kind} ${name} is gone`, async () =>
    (await read(fleet.host, kind, name)) === undefined ? true : undefined,
  )
}

/** Waits until the operator has told the apiserver whether an object is used. */
async function inUse(kind: string, name: string, value: 'true' | 'false'): Promise<void> {
  await eventually(`in-use of ${kind} ${name} is ${value}`, async () => {
    const found = await read(fleet.host, kind, name)
    return found?.metadata.annotations?.['flotilla.dev/in-use'] === value ? found : undefined
  })
}

describe('a namespace that is deleted with a protected object inside', () => {
  it('names it and waits until the label is gone', async () => {
    const namespace = await newNamespace(fleet.host, 'holding')
    await apply(fleet.host, configMap({ name: 'kept', namespace, labels: { [ALWAYS]: 'Always' } }))
    await remove(fleet.host, 'namespace', namespace)
    const blocked = await eventually('the namespace says what holds it', async () => {
      const found = await read(fleet.host, 'namespace', namespace)
      const conditions: readonly { type: string; status: string; message: string }[] = found?.status?.conditions ?? []
      return conditions.find(({ type, status }) => type === 'NamespaceDeletionContentFailure' && status === 'True')
    })
    expect(blocked.message).toContain('This resource is protected')
    await label(fleet.host, 'configmap', 'kept', '-n', namespace, `${ALWAYS}-`)
    await gone('namespace', namespace)
  })
})

describe('what is protected while it is in use', () => {
  it('a namespace goes when its templates do, a Cluster when it has no Works', async () => {
    const namespace = await newNamespace(fleet.host, 'shop')
    await label(fleet.host, 'namespace', namespace, `${WHILE_IN_USE}=WhileInUse`)
    await label(fleet.host, 'cluster', 'member1', `${WHILE_IN_USE}=WhileInUse`)
    await apply(
      fleet.host,
      propagationPolicy({ name: 'all', namespace }, [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'web' }]),
      configMap({ name: 'web', namespace }),
    )
    await everywhere(fleet.members, { kind: 'configmap', name: 'web', namespace }, () => true)
    await inUse('namespace', namespace, 'true')
    await inUse('cluster', 'member1', 'true')
    await expect(remove(fleet.host, 'namespace', namespace)).rejects.toThrow('Namespace shop still holds templates')
    await expect(remove(fleet.host, 'cluster', 'member1')).rejects.toThrow('Cluster member1 still has Works')
    await fleet.host.kubectl(['delete', 'configmap', 'web', '-n', namespace])
    await inUse('namespace', namespace, 'false')
    await remove(fleet.host, 'namespace', namespace)
    await gone('namespace', namespace)
    await inUse('cluster', 'member1', 'false')
    await remove(fleet.host, 'cluster', 'member1')
    await gone('cluster', 'member1')
  })
})
