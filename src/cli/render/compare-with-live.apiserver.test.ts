import { expect, it } from '@jest/globals'
import { useApiserver } from '../../../e2e/test-apiserver.ts'
import { CONFIG_MAP } from '../../api/kinds.ts'
import { newDiscovery } from '../../kube/discovery.ts'
import { compareWithLive } from './compare-with-live.ts'

const apiserver = useApiserver()
const manifest = (data: Readonly<Record<string, string>>, name = 'settings') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { 'karmada.io/managed': 'true' } },
  data,
})
const compare = (object: Parameters<typeof compareWithLive>[1]): Promise<string> =>
  compareWithLive(
    { client: apiserver.client, discovery: newDiscovery(apiserver.client), signal: AbortSignal.timeout(30_000) },
    object,
  )

it('shows all of what is not there', async () => {
  const text = await compare(manifest({ a: '1' }, 'absent'))
  expect(text).toContain(
    '--- ConfigMap default/absent (in the member)\n+++ ConfigMap default/absent (as it would be)\n',
  )
  expect(text).toContain('+  a: "1"\n')
  expect(text).not.toMatch(/^-[^-]/m)
})

it('shows what would change, with what is around it, and writes nothing', async () => {
  await apiserver.client.apply(CONFIG_MAP, manifest({ a: '1', b: '2' }))
  expect(await compare(manifest({ a: '1', b: '2' }))).toBe('')
  const text = await compare(manifest({ a: '1', b: '3' }))
  expect(text).toContain('   a: "1"\n-  b: "2"\n+  b: "3"\n')
  expect((await apiserver.client.get(CONFIG_MAP, { namespace: 'default', name: 'settings' }))['data']).toEqual({
    a: '1',
    b: '2',
  })
})

it('says when the kind is not served', async () => {
  const lamp = { apiVersion: 'example.com/v1', kind: 'Lamp', metadata: { name: 'red' } }
  await expect(compare(lamp)).rejects.toThrow('the member does not serve example.com/v1 Lamp')
})
