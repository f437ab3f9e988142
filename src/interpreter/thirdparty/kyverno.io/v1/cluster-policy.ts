import { kyvernoPolicy } from '../../kyverno-policy.ts'

export const clusterPolicy = kyvernoPolicy({ group: 'kyverno.io', version: 'v1', kind: 'ClusterPolicy' })
