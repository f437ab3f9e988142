import type { JsonObject } from '../../object/kube-object.ts'
import type { AdmissionCase } from './admission-case.ts'

const withSpec = (spec: JsonObject): JsonObject => ({ syncMode: 'Push', ...spec })
const cpu = (min: string | number, max: string | number): JsonObject => ({ name: 'cpu', min, max })
const memory = (min: string | number, max: string | number): JsonObject => ({ name: 'memory', min, max })
const withModels = (...ranges: readonly (readonly JsonObject[])[]): JsonObject =>
  withSpec({ resourceModels: ranges.map((of, grade) => ({ grade, ranges: of })) })

const ADDRESS: readonly AdmissionCase[] = [
  { rule: '§15 syncMode is needed', spec: {}, want: 'spec.syncMode: Required value' },
  { rule: '§15 an unknown syncMode', spec: { syncMode: 'Both' }, want: '"Push", "Pull"' },
  { rule: '§15 the least that is needed', spec: withSpec({}) },
  { rule: '§15 an address', spec: withSpec({ apiEndpoint: 'https://10.0.0.1:6443' }) },
  { rule: '§15 an address with a path', spec: withSpec({ apiEndpoint: 'https://[fd00::1]:6443/k8s/clusters/c1' }) },
  { rule: '§15 an address without scheme', spec: withSpec({ apiEndpoint: '10.0.0.1:6443' }), want: 'scheme and host' },
  { rule: '§15 an address with user', spec: withSpec({ apiEndpoint: 'https://me@10.0.0.1' }), want: 'without user' },
  { rule: '§15 an address with query', spec: withSpec({ apiEndpoint: 'https://h/?a=b' }), want: 'without user' },
  { rule: '§15 an address with fragment', spec: withSpec({ apiEndpoint: 'https://h/#a' }), want: 'without user' },
  {
    rule: '§15 a Secret without name',
    spec: withSpec({ secretRef: { namespace: 'karmada-cluster' } }),
    want: 'spec.secretRef.name: Required value',
  },
  {
    rule: '§15 a Secret with an empty namespace',
    spec: withSpec({ impersonatorSecretRef: { namespace: '', name: 'm1' } }),
    want: 'spec.impersonatorSecretRef.namespace',
  },
  { rule: '§15 a proxy', spec: withSpec({ proxyURL: 'socks5://10.0.0.9:1080' }) },
  { rule: '§15 a proxy by ftp', spec: withSpec({ proxyURL: 'ftp://10.0.0.9' }), want: 'http, https or socks5' },
]

const PLACE: readonly AdmissionCase[] = [
  { rule: '§15 a provider that is no label value', spec: withSpec({ provider: 'big cloud' }), want: 'spec.provider' },
  { rule: '§15 a region that is no label value', spec: withSpec({ region: '-eu' }), want: 'spec.region' },
  { rule: '§15 a zone that is no label value', spec: withSpec({ zone: 'x'.repeat(64) }), want: 'spec.zone' },
  { rule: '§15 zones that are no label values', spec: withSpec({ zones: ['a', 'b c'] }), want: 'spec.zones[1]' },
  { rule: '§15 zone and zones', spec: withSpec({ zone: 'a', zones: ['a'] }), want: 'zone and zones cannot co-exist' },
  { rule: '§15 a zone alone', spec: withSpec({ zone: 'a' }) },
]

const TAINTS: readonly AdmissionCase[] = [
  {
    rule: '§15 PreferNoSchedule is refused',
    spec: withSpec({ taints: [{ key: 'k', effect: 'PreferNoSchedule' }] }),
    want: '"NoSchedule", "NoExecute"',
  },
  { rule: '§15 a taint without effect', spec: withSpec({ taints: [{ key: 'k' }] }), want: 'effect: Required value' },
  { rule: '§15 a taint key', spec: withSpec({ taints: [{ key: '', effect: 'NoSchedule' }] }), want: 'taints[0].key' },
  {
    rule: '§15 a taint value',
    spec: withSpec({ taints: [{ key: 'k', value: 'a b', effect: 'NoSchedule' }] }),
    want: 'taints[0].value',
  },
  {
    rule: '§15 one taint twice',
    spec: withSpec({
      taints: [
        { key: 'k', value: 'a', effect: 'NoSchedule' },
        { key: 'k', value: 'b', effect: 'NoSchedule' },
      ],
    }),
    want: 'Duplicate value',
  },
  {
    rule: '§15 one key with two effects',
    spec: withSpec({
      taints: [
        { key: 'example.com/k', effect: 'NoSchedule' },
        { key: 'example.com/k', effect: 'NoExecute' },
      ],
    }),
  },
]

const MODELS: readonly AdmissionCase[] = [
  { rule: '§15 two grades', spec: withModels([cpu(0, 1), memory(0, '4Gi')], [cpu(1, 2), memory('4Gi', '16Gi')]) },
  { rule: '§15 the ends are set for us', spec: withModels([cpu(5, 6)], [cpu('6000m', 7)]) },
  {
    rule: '§15 the grades are sorted for us',
    spec: withSpec({
      resourceModels: [
        { grade: 2, ranges: [cpu(1, 2)] },
        { grade: 1, ranges: [cpu(0, 1)] },
      ],
    }),
  },
  {
    rule: '§15 one grade twice',
    spec: withSpec({
      resourceModels: [
        { grade: 1, ranges: [cpu(0, 1)] },
        { grade: 1, ranges: [cpu(1, 2)] },
      ],
    }),
    want: 'each grade must be there once',
  },
  { rule: '§15 a missing range', spec: withModels([cpu(0, 1), memory(0, 1)], [cpu(1, 2)]), want: 'same resources' },
  {
    rule: '§15 another order of ranges',
    spec: withModels([cpu(0, 1), memory(0, 1)], [memory(1, 2), cpu(1, 2)]),
    want: 'same resources in the same order',
  },
  { rule: '§15 an empty range', spec: withModels([cpu(0, 1)], [cpu(1, 1)], [cpu(1, 2)]), want: 'max must be greater' },
  { rule: '§15 a gap', spec: withModels([cpu(0, 1)], [cpu(2, 3)]), want: 'min must equal max of the next lower grade' },
  { rule: '§15 a negative grade', spec: withSpec({ resourceModels: [{ grade: -1, ranges: [] }] }), want: 'grade' },
]

const NAMES: readonly AdmissionCase[] = [
  {
    rule: '§15 a long name',
    metadata: { name: 'a'.repeat(49) },
    spec: withSpec({}),
    want: 'no more than 48 characters',
  },
  { rule: '§15 a name of 48 characters', metadata: { name: 'a'.repeat(48) }, spec: withSpec({}) },
  { rule: '§15 a name with dots', metadata: { name: 'a.b' }, spec: withSpec({}), want: 'must be a DNS label' },
]

export const CLUSTER_CASES: readonly AdmissionCase[] = [...NAMES, ...ADDRESS, ...PLACE, ...TAINTS, ...MODELS]
