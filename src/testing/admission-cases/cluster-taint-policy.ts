import type { AdmissionCase } from './admission-case.ts'

const down = { key: 'example.com/down', effect: 'NoExecute' }
const notReady = { conditionType: 'Ready', operator: 'NotIn', statusValues: ['True'] }

export const CLUSTER_TAINT_POLICY_CASES: readonly AdmissionCase[] = [
  {
    rule: '§4 a policy as in Karmada',
    spec: {
      targetClusters: { fieldSelector: { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] } },
      addOnConditions: [notReady],
      removeOnConditions: [{ ...notReady, operator: 'In' }],
      taints: [down],
    },
  },
  { rule: '§4 the same key with two effects', spec: { taints: [down, { ...down, effect: 'NoSchedule' }] } },
  { rule: '§4 no list of taints', spec: {}, want: 'spec.taints: Required value' },
  { rule: '§4 an empty list of taints', spec: { taints: [] }, want: 'should have at least 1 items' },
  { rule: '§4 one taint twice', spec: { taints: [down, { ...down, value: 'x' }] }, want: 'Duplicate value' },
  { rule: '§4 an unknown effect', spec: { taints: [{ ...down, effect: 'PreferNoSchedule' }] }, want: '"NoExecute"' },
  { rule: '§4 a key that is none', spec: { taints: [{ ...down, key: 'a b' }] }, want: 'spec.taints[0].key' },
  {
    rule: '§4 an unknown operator',
    spec: { addOnConditions: [{ ...notReady, operator: 'Exists' }], taints: [down] },
    want: '"In", "NotIn"',
  },
  {
    rule: '§4 a condition without type',
    spec: { addOnConditions: [{ operator: 'In', statusValues: [] }], taints: [down] },
    want: 'conditionType: Required value',
  },
]
