import type { AdmissionCase } from './admission-case.ts'

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }

export const WORKLOAD_REBALANCER_CASES: readonly AdmissionCase[] = [
  { rule: 'a workload', spec: { workloads: [web] } },
  { rule: 'an end by itself', spec: { workloads: [web], ttlSecondsAfterFinished: 0 } },
  { rule: 'no list', spec: {}, want: 'spec.workloads: Required value' },
  { rule: 'an empty list', spec: { workloads: [] }, want: 'should have at least 1 items' },
  { rule: 'a workload without name', spec: { workloads: [{ ...web, name: undefined }] }, want: 'name: Required value' },
]
