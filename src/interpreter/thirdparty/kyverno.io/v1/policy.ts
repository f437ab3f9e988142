import { kyvernoPolicy } from '../../kyverno-policy.ts'

export const policy = kyvernoPolicy({ group: 'kyverno.io', version: 'v1', kind: 'Policy' })
