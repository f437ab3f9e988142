import { listAt, numberAt, objectAt, stringAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus } from '../../../counters.ts'
import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../../../member-conditions.ts'
import { type Dependency, mergeDependencies } from '../../../pod-dependencies.ts'
import { earliestAt, latestAt } from '../../member-statuses.ts'

const GROUP = 'cert-manager.io'

/** @source cert-manager documentation, "API reference", Certificate */
export const certificate: KindInterpreter = {
  gvk: { group: GROUP, version: 'v1', kind: 'Certificate' },
  isHealthy: observed => isConditionTrueIn(objectAt(observed, 'status'), 'Ready') && speaksOfLatest(observed),
  // The first that runs out is what people look for.
  aggregateStatus: (template, items) =>
    mergeStatus(template, {
      conditions: mergeConditions(items, { anyOf: ['Issuing'] }),
      notBefore: latestAt(items, 'notBefore'),
      notAfter: earliestAt(items, 'notAfter'),
      renewalTime: earliestAt(items, 'renewalTime'),
      lastFailureTime: latestAt(items, 'lastFailureTime'),
    }),
  getDependencies,
}

/** The generation stands in the condition, not in the status; older versions have none. */
function speaksOfLatest(observed: KubeObject): boolean {
  const ready = listAt(observed, 'status', 'conditions').find(condition => stringAt(condition, 'type') === 'Ready')
  const generation = numberAt(ready, 'observedGeneration')
  return generation === undefined || generation === observed.metadata.generation
}

function getDependencies(template: KubeObject): readonly Dependency[] {
  const namespace = template.metadata.namespace ?? ''
  const keystores = Object.values(objectAt(template, 'spec', 'keystores') ?? {})
  const passwords = keystores.flatMap(store => stringAt(store, 'passwordSecretRef', 'name') ?? [])
  return mergeDependencies([
    ...issuerOf(template, namespace),
    ...passwords.map(name => ({ apiVersion: 'v1', kind: 'Secret', namespace, name })),
  ])
}

/** Issuers of other groups are others' kinds, of a version that is not told. */
function issuerOf(template: KubeObject, namespace: string): readonly Dependency[] {
  const reference = objectAt(template, 'spec', 'issuerRef')
  const name = stringAt(reference, 'name')
  if (name === undefined || (stringAt(reference, 'group') ?? GROUP) !== GROUP) return []
  const kind = stringAt(reference, 'kind') ?? 'Issuer'
  return [{ apiVersion: `${GROUP}/v1`, kind, ...(kind === 'Issuer' && { namespace }), name }]
}
