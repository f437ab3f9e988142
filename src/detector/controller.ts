import { isDeepStrictEqual } from 'node:util'
import { type HostRule, READ } from '../api/host-rule.ts'
import {
  BINDING_KINDS,
  CUSTOM_RESOURCE_DEFINITION,
  OVERRIDE_KINDS,
  POLICY_KINDS,
  type PolicyKind,
  PRIORITY_CLASS,
  type Resource,
} from '../api/kinds.ts'
import { missingRight } from '../kube/missing-right.ts'
import { formatApiVersion, parseApiVersion } from '../object/gvk.ts'
import type { Binding, Policy } from '../object/karmada-objects.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import { parseTemplateKey, templateKeyOf, templateKeyOfBinding } from '../object/template-key.ts'
import { claimOf, claimOfPolicy } from '../policy/claim.ts'
import { carriedRules } from '../policy/member-rules.ts'
import { selects } from '../rendering/selects.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Controller, ControllerOptions } from '../runtime/controller.ts'
import { onDefinitionChange } from '../runtime/definition-changes.ts'
import type { Change, Informer } from '../runtime/informer.ts'
import { claimIndexValue } from './match.ts'
import { newPolicyReconciler, type PolicyDeps } from './policy-reconciler.ts'
import { type DetectorDeps, type IsOwnWrite, newDetectorReconciler } from './reconciler.ts'
import { isTemplateChange } from './template-change.ts'

export interface DetectorControllerDeps extends Omit<DetectorDeps, 'broughtByPolicy' | 'ownWrites'> {
  readonly policyInformers: { readonly namespaced: Informer<Policy>; readonly cluster: Informer<Policy> }
  /** CustomResourceDefinitions, of which only the names matter. */
  readonly definitions: Informer
  readonly clock: Clock
  readonly byPermanentId: string
  /** Index of every template informer: claims (match.ts, claimIndex). */
  readonly byClaim: string
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
}

/** `finalizers`: a binding names its template as the owner that waits for it (OwnerReferencesPermissionEnforcement). */
export const HOST_RULES: readonly HostRule[] = [
  ...POLICY_KINDS.map(on => ({ on, verbs: [...READ, 'patch'] }) as const),
  ...OVERRIDE_KINDS.map(on => ({ on, verbs: READ })),
  { on: PRIORITY_CLASS, verbs: READ },
  { on: CUSTOM_RESOURCE_DEFINITION, verbs: READ },
  ...BINDING_KINDS.map(on => ({ on, verbs: [...READ, 'create', 'update', 'patch', 'delete'] }) as const),
  { on: 'templates', verbs: [...READ, 'patch'] },
  { on: 'templates', subresource: 'finalizers', verbs: ['update'] },
]

/**
 * Template + policies → Binding. Two queues: policies (their metadata, and which kinds are watched) and templates.
 *
 * @returns ends them.
 */
export function startDetector(deps: DetectorControllerDeps): () => Promise<void> {
  const broughtByPolicy = new Set<string>()
  const ownWrites = new Map<string, IsOwnWrite>()
  const templates = deps.newController({
    name: 'detector',
    concurrency: deps.concurrency,
    reconcile: newDetectorReconciler({ ...deps, broughtByPolicy, ownWrites }),
  })
  const policies = POLICY_KINDS.map(kind => startPolicyController(deps, kind))
  /** The run that wrote it goes on from there; all else that follows from the change is done here. */
  const isSeenTo = (change: Change): boolean => {
    const key = templateKeyOf(change.object)
    if (ownWrites.get(key)?.(change) !== true) return false
    broughtByPolicy.delete(key)
    for (const policy of policies) policy.retryDeleting()
    return true
  }
  const stops = [
    deps.templates.addHandler((_resource, change) => {
      if (!isTemplateChange(change) || isSeenTo(change)) return
      broughtByPolicy.delete(templateKeyOf(change.object))
      templates.enqueue(templateKeyOf(change.object), {
        priority: isStanding(change) ? 'low' : 'high',
      })
      // A policy under deletion waits for its last claim to come off.
      if (change.type !== 'added') for (const policy of policies) policy.retryDeleting()
    }),
    deps.templates.addFailureHandler((resource, error) => {
      if (missingRight(error) !== undefined) for (const policy of policies) policy.tellOf(resource)
    }),
    // How many replicas it has and what it needs may be other numbers by now.
    deps.interpreter.onChange(concerns => {
      for (const informer of deps.templates.list()) {
        const claimed = concerns(informer.resource) ? informer.list().filter(object => claimOf(object)) : []
        for (const template of claimed) templates.enqueue(templateKeyOf(template), { priority: 'low' })
      }
    }),
    onDefinitionChange(deps, group => {
      for (const policy of policies) policy.retryUnserved(group)
    }),
    // What a user does to a template comes before what a policy does to many (spec/behaviour/propagation.md §1).
    ...policyInformersOf(deps).map(({ kind, informer }) =>
      informer.addHandler(change => {
        const isLazy = bringsTemplates(change)
        for (const key of templatesConcerned(deps, kind, change)) {
          if (isLazy) broughtByPolicy.add(key)
          templates.enqueue(key, { priority: 'low' })
        }
      }),
    ),
    ...[deps.bindings.namespaced, deps.bindings.cluster].map(store =>
      templates.watch({
        informer: store.informer,
        keysOf: change => bindingKeys(deps, change).filter(key => ownWrites.get(key)?.(change) !== true),
      }),
    ),
  ]
  templates.start()
  return async () => {
    for (const stop of stops) stop()
    await Promise.all([templates.stop(), ...policies.map(policy => policy.stop())])
  }
}

/** Found at start, and claimed before: what was made while there was no operator goes first. */
function isStanding(change: Change): boolean {
  return change.type === 'added' && change.initial && claimOf(change.object) !== undefined
}

function policyInformersOf({ policyInformers }: DetectorControllerDeps) {
  return POLICY_KINDS.map(kind => ({
    kind,
    informer: kind.namespaced ? policyInformers.namespaced : policyInformers.cluster,
  }))
}

function startPolicyController(deps: DetectorControllerDeps, kind: PolicyKind) {
  const policies = kind.namespaced ? deps.policyInformers.namespaced : deps.policyInformers.cluster
  const policyDeps: PolicyDeps = {
    ...deps,
    kind,
    policies,
    bindings: [deps.bindings.namespaced.informer, deps.bindings.cluster.informer],
  }
  const controller = deps.newController({
    name: 'policy',
    concurrency: 4,
    logFields: { kind: kind.kind },
    reconcile: newPolicyReconciler(policyDeps),
  })
  controller.watch({
    informer: policies,
    keysOf: change => (change.type === 'deleted' ? [] : [formatKey(keyOf(change.object))]),
  })
  controller.start()
  return {
    retryDeleting: () => {
      for (const policy of policies.byIndex(DELETING, 'true')) controller.enqueue(formatKey(keyOf(policy)))
    },
    /** A right that is missing (any more) is told on every policy that names the kind. */
    tellOf: (resource: Resource) => {
      for (const policy of policies.list()) if (mentions(policy, resource)) controller.enqueue(formatKey(keyOf(policy)))
    },
    /** A kind of a group may be served by now. */
    retryUnserved: (group: string) => {
      for (const policy of policies.list()) {
        if (lacksKindOf(deps, policy, group)) controller.enqueue(formatKey(keyOf(policy)))
      }
    },
    stop: () => controller.stop(),
  }
}

function lacksKindOf({ templates }: DetectorControllerDeps, policy: Policy, group: string): boolean {
  return policy.spec.resourceSelectors.some(({ apiVersion, kind }) => {
    const gvk = { ...parseApiVersion(apiVersion), kind }
    return gvk.group === group && templates.find(gvk) === undefined
  })
}

/** Index of policy informers: those under deletion. */
export const DELETING = 'deleting'

/** Templates that a policy selects (before or after its change) or has claimed, in the kinds that are watched. */
function templatesConcerned(deps: DetectorControllerDeps, kind: PolicyKind, change: Change<Policy>): readonly string[] {
  if (change.type === 'updated' && isUnchanged(kind, change.previous, change.object)) return []
  const policy = change.object
  const claim = claimOfPolicy(kind, policy)
  const namespace = kind.namespaced ? policy.metadata.namespace : undefined
  return deps.templates.list().flatMap(informer => {
    const claimed = claim === undefined ? [] : informer.byIndex(deps.byClaim, claimIndexValue(claim))
    const selected = mentions(policy, informer.resource)
      ? informer.list(namespace).filter(object => selects(policy, object))
      : []
    return [...new Set([...claimed, ...selected])].map(templateKeyOf)
  })
}

/**
 * A lazy policy that comes, or says something else: our own id and finalizer on it bring nothing. One that is found at start brings
 * nothing either: what is older than it waits for that reason (activation.ts), and what is younger came after it.
 */
export function bringsTemplates(change: Change<Policy>): boolean {
  if (change.type === 'deleted' || change.object.spec.activationPreference !== 'Lazy') return false
  if (change.type === 'added' && change.initial) return false
  return change.type === 'added' || change.previous.metadata.generation !== change.object.metadata.generation
}

function mentions(policy: Policy, resource: Resource): boolean {
  const apiVersion = formatApiVersion(resource)
  return policy.spec.resourceSelectors.some(s => s.kind === resource.kind && s.apiVersion === apiVersion)
}

function isUnchanged(kind: PolicyKind, previous: Policy, policy: Policy): boolean {
  return (
    previous.metadata.generation === policy.metadata.generation &&
    previous.metadata.deletionTimestamp === policy.metadata.deletionTimestamp &&
    previous.metadata.labels?.[kind.permanentIdLabel] === policy.metadata.labels?.[kind.permanentIdLabel] &&
    isDeepStrictEqual(carriedRules(previous.metadata.annotations), carriedRules(policy.metadata.annotations))
  )
}

/** A binding that went while its template is there is made again; one that is found at start may have lost its template. */
function bindingKeys(deps: DetectorControllerDeps, change: Change<Binding>): readonly string[] {
  if (change.type === 'updated') return []
  const key = templateKeyOfBinding(change.object)
  return deps.filter.isSkippedKind(parseTemplateKey(key).gvk) ? [] : [key]
}
