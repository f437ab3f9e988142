import type { AdmissionCase } from './admission-case.ts'

const dns = { conditionType: 'ServiceDomainNameResolutionReady', operator: 'Equal', conditionStatus: 'False' }

export const REMEDY_CASES: readonly AdmissionCase[] = [
  { rule: 'nothing at all', spec: {} },
  {
    rule: 'a remedy as in Karmada',
    spec: {
      clusterAffinity: { clusterNames: ['member1'] },
      decisionMatches: [{ clusterConditionMatch: dns }],
      actions: ['TrafficControl'],
    },
  },
  {
    rule: 'an unknown operator',
    spec: { decisionMatches: [{ clusterConditionMatch: { ...dns, operator: 'In' } }] },
    want: '"Equal", "NotEqual"',
  },
  {
    rule: 'a match without status',
    spec: { decisionMatches: [{ clusterConditionMatch: { ...dns, conditionStatus: undefined } }] },
    want: 'conditionStatus: Required value',
  },
]
