import { describe, expect, it } from '@jest/globals'
import { mergeDependencies, podDependencies } from './pod-dependencies.ts'

/** What pods with this spec need, as `Kind/name`. */
function needs(spec: object): readonly string[] {
  return podDependencies({ spec }, 'shop').map(({ kind, name }) => `${kind}/${name}`)
}

const container = (more: object): object => ({ name: 'a', image: 'a:1', ...more })
const volume = (source: object): object => ({ volumes: [{ name: 'v', ...source }] })

describe('what pods need', () => {
  it.each([
    ['nothing', { containers: [container({})] }, []],
    ['no spec', undefined, []],
    [
      'a ConfigMap in a variable',
      { containers: [container({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }] })] },
      ['ConfigMap/c'],
    ],
    [
      'a Secret in a variable of an init container',
      { initContainers: [container({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] })] },
      ['Secret/s'],
    ],
    [
      'whole ones as environment',
      { containers: [container({ envFrom: [{ configMapRef: { name: 'c' } }, { secretRef: { name: 's' } }] })] },
      ['ConfigMap/c', 'Secret/s'],
    ],
    ['image pull secrets', { imagePullSecrets: [{ name: 'registry' }, {}] }, ['Secret/registry']],
    ['a ServiceAccount', { serviceAccountName: 'web' }, ['ServiceAccount/web']],
    ['not the default one', { serviceAccountName: 'default' }, []],
    ['a ConfigMap volume', volume({ configMap: { name: 'c' } }), ['ConfigMap/c']],
    ['a Secret volume', volume({ secret: { secretName: 's' } }), ['Secret/s']],
    [
      'a projected volume',
      volume({
        projected: { sources: [{ configMap: { name: 'c' } }, { secret: { name: 's' } }, { serviceAccountToken: {} }] },
      }),
      ['ConfigMap/c', 'Secret/s'],
    ],
    ['a claim', volume({ persistentVolumeClaim: { claimName: 'data' } }), ['PersistentVolumeClaim/data']],
    ['an ephemeral volume', volume({ ephemeral: { volumeClaimTemplate: {} } }), []],
    ['azureFile', volume({ azureFile: { secretName: 's' } }), ['Secret/s']],
    ['cephfs', volume({ cephfs: { secretRef: { name: 's' } } }), ['Secret/s']],
    ['cinder', volume({ cinder: { secretRef: { name: 's' } } }), ['Secret/s']],
    ['csi', volume({ csi: { nodePublishSecretRef: { name: 's' } } }), ['Secret/s']],
    ['flexVolume', volume({ flexVolume: { secretRef: { name: 's' } } }), ['Secret/s']],
    ['iscsi', volume({ iscsi: { secretRef: { name: 's' } } }), ['Secret/s']],
    ['rbd', volume({ rbd: { secretRef: { name: 's' } } }), ['Secret/s']],
    ['scaleIO', volume({ scaleIO: { secretRef: { name: 's' } } }), ['Secret/s']],
    ['storageos', volume({ storageos: { secretRef: { name: 's' } } }), ['Secret/s']],
  ])('%s', (_, spec, wanted) => expect(spec === undefined ? podDependencies({}, 'shop') : needs(spec)).toEqual(wanted))

  it('each once, by name', () => {
    const reference = (name: string) => ({ configMapRef: { name } })
    const spec = {
      containers: [container({ envFrom: ['b', 'a', 'b'].map(reference) })],
      ...volume({ configMap: { name: 'a' } }),
    }
    expect(needs(spec)).toEqual(['ConfigMap/a', 'ConfigMap/b'])
  })
})

it('joins what several scripts tell: each once, sorted', () => {
  const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name })
  const selected = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', labelSelector: { matchLabels: { a: 'b' } } }
  expect(mergeDependencies([secret('b'), selected, secret('a'), secret('b'), { ...selected }])).toEqual([
    selected,
    secret('a'),
    secret('b'),
  ])
})
