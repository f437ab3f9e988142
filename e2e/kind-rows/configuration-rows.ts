import { expect } from '@jest/globals'
import { clusterWide, core, FLEET_LABEL, type KindRow, object, stepped } from './row.ts'

const unlike = (text: string): unknown => expect.not.stringMatching(`^${RegExp.escape(text)}$`)

export const CONFIGURATION_ROWS: readonly KindRow[] = [
  {
    title: 'ConfigMap',
    path: core('configmaps'),
    template: object('v1 ConfigMap', 'configmap', { data: { a: '1', b: '', c: '3' }, binaryData: { d: 'AAE=' } }),
    change: stepped({ data: { a: '2', c: null } }),
    arrived: () => ({ data: { a: '1', b: '', c: '3' }, binaryData: { d: 'AAE=' } }),
    changed: { data: { a: '2', b: '' } },
    dropped: m => m.data.c,
  },
  {
    title: 'Secret, Opaque',
    path: core('secrets'),
    template: object('v1 Secret', 'opaque', { data: { a: 'MQ==' } }),
    change: stepped({ data: { a: 'Mg==', b: '' } }),
    arrived: () => ({ type: 'Opaque', data: { a: 'MQ==' } }),
    changed: { data: { a: 'Mg==', b: '' } },
  },
  {
    title: 'Secret, tls',
    path: core('secrets'),
    template: object('v1 Secret', 'tls', {
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': 'MQ==', 'tls.key': 'MQ==' },
    }),
    change: stepped({ data: { 'tls.crt': 'Mg==' } }),
    arrived: () => ({ type: 'kubernetes.io/tls', data: { 'tls.crt': 'MQ==' } }),
    changed: { data: { 'tls.crt': 'Mg==', 'tls.key': 'MQ==' } },
  },
  {
    title: 'Secret, service-account-token',
    path: core('secrets'),
    template: object('v1 Secret', 'token', {
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: 'token',
        namespace: 'default',
        labels: FLEET_LABEL,
        annotations: { 'kubernetes.io/service-account.name': 'robot' },
      },
    }),
    needs: 'ServiceAccount',
    change: stepped(),
    // Each cluster makes its own token; none of the host's reaches a member.
    arrived: t => ({ data: { token: unlike(t.data.token) } }),
    changed: { data: { token: expect.any(String) } },
  },
  {
    title: 'ServiceAccount',
    path: core('serviceaccounts'),
    template: object('v1 ServiceAccount', 'robot', { automountServiceAccountToken: false }),
    change: stepped({ imagePullSecrets: [{ name: 'opaque' }] }),
    changed: { imagePullSecrets: [{ name: 'opaque' }], automountServiceAccountToken: false },
  },
  // An ordinary host binds these two itself: the phase is that of the members, so nobody contests it, and what else the host
  // says of its own claim (capacity, access modes) stays.
  {
    title: 'PersistentVolume',
    path: '/api/v1/persistentvolumes',
    template: clusterWide('v1 PersistentVolume', 'disk', {
      spec: {
        capacity: { storage: '1024Mi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/disk' },
        storageClassName: '',
      },
    }),
    change: stepped({ spec: { mountOptions: ['ro'] } }),
    changed: { spec: { mountOptions: ['ro'], claimRef: { name: 'claim', uid: expect.any(String) } } },
    total: () => ({ phase: 'Bound' }),
  },
  {
    title: 'PersistentVolumeClaim',
    path: core('persistentvolumeclaims'),
    template: object('v1 PersistentVolumeClaim', 'claim', {
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1024Mi' } },
        storageClassName: '',
        volumeName: '',
      },
    }),
    change: stepped(),
    changed: { spec: { volumeName: 'disk' } },
    total: () => ({ phase: 'Bound' }),
  },
]
