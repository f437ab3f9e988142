import type { HostRule } from '../api/host-rule.ts'
import { CUSTOM_RESOURCE_DEFINITION } from '../api/kinds.ts'
import { listCustomResources } from './custom-resources.ts'
import { parkingPolicies } from './policies/parking.ts'
import { listAdmissionPolicies, RETIRED_ADMISSION_POLICIES } from './policies/registry.ts'
import {
  CLUSTER_ROLE,
  MUTATING_ADMISSION_POLICY,
  MUTATING_ADMISSION_POLICY_BINDING,
  VALIDATING_ADMISSION_POLICY,
  VALIDATING_ADMISSION_POLICY_BINDING,
} from './resources.ts'

const crdNames = listCustomResources().map(crd => crd.metadata.name)

/** What registering the API needs. An apply that creates is judged with the name, so every write is limited to ours. */
export const REGISTRATION_RULES: readonly HostRule[] = [
  { on: CUSTOM_RESOURCE_DEFINITION, names: crdNames, verbs: ['get'] },
  { on: CUSTOM_RESOURCE_DEFINITION, names: crdNames, verbs: ['create', 'patch'], when: 'installCrds' },
  { on: CLUSTER_ROLE, names: { setting: 'ownerClusterRole' }, verbs: ['get'], when: 'installCrds' },
  ...[VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING].flatMap((on): readonly HostRule[] => [
    { on, verbs: ['list'], when: 'installCrds' },
    { on, names: policyNames(on.kind), verbs: ['create', 'patch', 'delete'], when: 'installCrds' },
  ]),
  ...[MUTATING_ADMISSION_POLICY, MUTATING_ADMISSION_POLICY_BINDING].flatMap((on): readonly HostRule[] => [
    { on, verbs: ['list'], when: 'installCrds' },
    { on, names: parkingNames(on.kind), verbs: ['create', 'patch', 'delete'], when: 'installCrds' },
  ]),
]

function parkingNames(kind: string): readonly string[] {
  const policies = parkingPolicies({ namespace: '', operatorUser: '', skippedNamespaces: [] })
  return policies.filter(manifest => manifest.kind === kind).map(manifest => manifest.metadata.name)
}

function policyNames(kind: string): readonly string[] {
  const current = listAdmissionPolicies('')
    .flat()
    .filter(manifest => manifest.kind === kind)
  return [...current.map(manifest => manifest.metadata.name), ...parkingNames(kind), ...RETIRED_ADMISSION_POLICIES]
}
