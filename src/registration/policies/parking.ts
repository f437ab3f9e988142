import { CLUSTER_PROPAGATION_POLICY, POLICY_KINDS, PROPAGATION_POLICY, type Resource } from '../../api/kinds.ts'
import { ANNOTATION, CLUSTER_NAMESPACE, LABEL, SYSTEM_NAMESPACE } from '../../api/names.ts'
import { digestOf } from '../../object/digest.ts'
import { jsonPointer } from '../../object/json-pointer.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { CLUSTER_PARKING_INDEX, PARKING_INDEX, SHARDS_BY_SIZE } from '../../parking/index-entries.ts'
import { PARKABLE_KINDS } from '../../parking/mechanisms.ts'
import { bindEverywhere } from './admission-policy.ts'
import { mutatingPolicy } from './mutating-policy.ts'
import {
  IS_CHILD,
  IS_LABELLED_PARKED,
  IS_LOCAL,
  mapOf,
  PARKING_PATCH,
  parkingVariables,
  WAS_PARKED,
} from './parking-cel.ts'
import { TRIAL_ONLY, TRIAL_RULE } from './parking-trial.ts'

export interface ParkingOptions {
  /** The operator's own: the index of cluster-wide policies lives there, and nothing there is a template. */
  readonly namespace: string
  /** The user name that the apiserver knows the operator by. */
  readonly operatorUser: string
  /** Regular expressions for whole names of namespaces that hold no templates. */
  readonly skippedNamespaces: readonly string[]
}

const PARKABLE: readonly Resource[] = PARKABLE_KINDS.map(kind => kind.resource)

function rulesFor(resources: readonly Resource[], operations: readonly string[], subresource = '') {
  const groups = [...new Set(resources.map(({ group, version }) => `${group}/${version}`))]
  return groups.map(text => {
    const [group = '', version = ''] = text.split('/')
    const plurals = resources.filter(each => each.group === group && each.version === version).map(each => each.plural)
    return {
      apiGroups: [group],
      apiVersions: [version],
      operations,
      resources: plurals.map(plural => `${plural}${subresource}`),
    }
  })
}

/** System namespaces are left out where the apiserver finds that cheapest: before any CEL. */
function outsideOf(namespace: string) {
  const values = ['kube-system', 'kube-public', 'kube-node-lease', SYSTEM_NAMESPACE, CLUSTER_NAMESPACE, namespace]
  return {
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [...new Set(values)] }],
  }
}

function inTemplateNamespaces({ skippedNamespaces }: ParkingOptions) {
  if (skippedNamespaces.length === 0) return []
  const pattern = `^(?:${skippedNamespaces.map(each => `(?:${each})`).join('|')})$`
  return [{ name: 'namespace-holds-templates', expression: `!request.namespace.matches(${JSON.stringify(pattern)})` }]
}

/** Parks what is marked as parked, keeps it so whatever is sent later, and lets it go when it is made local. */
function parkMarked(options: ParkingOptions): readonly KubeObject[] {
  return mutatingPolicy({
    name: 'parking',
    matchConstraints: {
      namespaceSelector: outsideOf(options.namespace),
      resourceRules: rulesFor(PARKABLE, ['CREATE', 'UPDATE']),
    },
    matchConditions: [
      {
        name: 'concerned',
        expression: `${IS_LABELLED_PARKED} || ${WAS_PARKED}
          || '${ANNOTATION.parkedFields}' in ${mapOf('object', 'annotations')}`,
      },
    ],
    variables: parkingVariables(`${IS_LABELLED_PARKED} || ${WAS_PARKED}`),
    patches: [PARKING_PATCH],
  })
}

/**
 * The label that keeps an object for the host, as an annotation too, so that what is made for the object can be told. It answers
 * the trial as well.
 */
function copyLocalLabel({ namespace }: ParkingOptions): readonly KubeObject[] {
  const pointer = jsonPointer('metadata', 'annotations', LABEL.local)
  return mutatingPolicy({
    name: 'parking-local',
    matchConstraints: {
      objectSelector: { matchLabels: { [LABEL.local]: 'true' } },
      namespaceSelector: outsideOf(namespace),
      resourceRules: [...rulesFor(PARKABLE, ['CREATE', 'UPDATE']), TRIAL_RULE],
    },
    matchConditions: [
      { name: 'not-copied', expression: `!('${LABEL.local}' in ${mapOf('object', 'annotations')})` },
      { name: 'parkable-or-trial', expression: TRIAL_ONLY },
    ],
    patches: [
      `has(object.metadata.annotations)
        ? [JSONPatch{op: 'add', path: '${pointer}', value: 'true'}]
        : [JSONPatch{op: 'add', path: '/metadata/annotations', value: {'${LABEL.local}': 'true'}}]`,
    ],
  })
}

/** What is made in a namespace for templates is one, whether a policy selects it yet or not. */
function markInTemplateNamespaces({ namespace }: ParkingOptions): readonly KubeObject[] {
  return mutatingPolicy({
    name: 'parking-namespaces',
    matchConstraints: {
      namespaceSelector: { matchLabels: { [LABEL.templates]: 'true' }, ...outsideOf(namespace) },
      resourceRules: rulesFor(PARKABLE, ['CREATE']),
    },
    matchConditions: [
      { name: 'neither-parked-nor-local', expression: `!${IS_LABELLED_PARKED} && !${IS_LOCAL}` },
      { name: 'made-by-a-user', expression: `!${IS_CHILD}` },
    ],
    variables: parkingVariables('true'),
    patches: [PARKING_PATCH],
  })
}

/** What a policy means by a selected object must be new: what runs already is not stopped behind its owner's back. */
const IS_NEW = `oldObject == null || (object.kind == 'Service' && has(object.spec.type) && object.spec.type == 'LoadBalancer' && oldObject.spec.type != 'LoadBalancer')`

function selectionConditions(options: ParkingOptions, selected: string) {
  return [
    { name: 'new', expression: IS_NEW },
    { name: 'neither-parked-nor-local', expression: `!${IS_LABELLED_PARKED} && !${IS_LOCAL}` },
    ...inTemplateNamespaces(options),
    { name: 'selected', expression: selected },
  ]
}

const LABELS = mapOf('object', 'labels')
const NAME = `(has(object.metadata.name) ? object.metadata.name : '')`
const INDEX_KEY = `(request.kind.group == '' ? 'core' : request.kind.group) + '.' + object.kind`

function requirementHolds(requirement: string): string {
  const part = (index: number) => `${requirement}.split(' ')[${index}]`
  const value = `${LABELS}[${part(0)}]`
  const isAmong = `(${part(0)} in ${LABELS} && ${value} in ${part(2)}.split(','))`
  return `${part(1)} == 'In' ? ${isAmong} : ${part(1)} == 'NotIn' ? !${isAmong} : ${part(1)} == 'Exists' ? ${part(0)} in ${LABELS} : !(${part(0)} in ${LABELS})`
}

/** @param rest CEL: `<namespace or *>|<requirements>` */
const restHolds = (rest: string): string => `
  (${rest}.split('|')[0] == '*' || ${rest}.split('|')[0] == request.namespace)
  && (${rest}.split('|')[1] == '' || ${rest}.split('|')[1].split(';').all(requirement, ${requirementHolds('requirement')}))`
/** @param text CEL of type string. @returns CEL: where in the index it stands. @source src/parking/index-entries.ts shardOf */
const shardOf = (text: string): string =>
  `(${text} == '' ? '_' : ${text}.substring(${text}.size() - 1)) + string(${text}.size() % ${SHARDS_BY_SIZE})`
const textAt = (key: string): string => `params.data[${key}]`
const NAME_KEY = `${INDEX_KEY} + '.name.' + ${shardOf(NAME)}`
const LABEL_KEY = `${INDEX_KEY} + '.label.' + ${shardOf(`${LABELS}[label]`)}`
const REST_KEY = `${INDEX_KEY} + '.rest'`
const LABEL_LINE = `label + '=' + ${LABELS}[label] + '|'`

/** @source src/parking/index-entries.ts tells what the texts look like */
const SELECTED_BY_INDEX = `has(params.data) && (
  ((${NAME_KEY}) in params.data && (
    ${textAt(NAME_KEY)}.contains('\\n' + ${NAME} + '|*\\n')
    || ${textAt(NAME_KEY)}.contains('\\n' + ${NAME} + '|' + request.namespace + '\\n')))
  || (!${IS_CHILD} && (
    ${LABELS}.exists(label, (${LABEL_KEY}) in params.data
      && ${textAt(LABEL_KEY)}.contains('\\n' + ${LABEL_LINE})
      && ${textAt(LABEL_KEY)}.split('\\n').exists(line, line.startsWith(${LABEL_LINE})
        && ${restHolds(`line.substring((${LABEL_LINE}).size())`)}))
    || ((${REST_KEY}) in params.data
      && ${textAt(REST_KEY)}.split('\\n').exists(line, line != '' && ${restHolds('line')})))))`

/** What is made, and a Service that becomes one with a load balancer. */
const NEW_OBJECTS = [
  ...rulesFor(
    PARKABLE.filter(({ kind }) => kind !== 'Service'),
    ['CREATE'],
  ),
  ...rulesFor(
    PARKABLE.filter(({ kind }) => kind === 'Service'),
    ['CREATE', 'UPDATE'],
  ),
]

/** One binding reads the index of the object's namespace, the other the one of the cluster-wide policies. */
function markIndexed(options: ParkingOptions): readonly KubeObject[] {
  return mutatingPolicy({
    name: 'parking-index',
    matchConstraints: {
      namespaceSelector: outsideOf(options.namespace),
      resourceRules: NEW_OBJECTS,
    },
    matchConditions: selectionConditions(options, SELECTED_BY_INDEX),
    params: {
      kind: { apiVersion: 'v1', kind: 'ConfigMap' },
      refs: [{ name: PARKING_INDEX }, { suffix: 'cluster', name: CLUSTER_PARKING_INDEX, namespace: options.namespace }],
    },
    variables: parkingVariables('true'),
    patches: [PARKING_PATCH],
  })
}

const EXPRESSION_HOLDS = `
  each.operator == 'In' ? (each.key in ${LABELS} && has(each.values) && ${LABELS}[each.key] in each.values)
  : each.operator == 'NotIn' ? !(each.key in ${LABELS} && has(each.values) && ${LABELS}[each.key] in each.values)
  : each.operator == 'Exists' ? each.key in ${LABELS} : !(each.key in ${LABELS})`

const SELECTED_BY_POLICY = `!has(params.metadata.deletionTimestamp) && params.spec.resourceSelectors.exists(selector,
  selector.kind == object.kind && selector.apiVersion == object.apiVersion
  && (!has(selector.namespace) || selector.namespace == '' || selector.namespace == request.namespace)
  && (has(selector.name) && selector.name != '' ? selector.name == ${NAME}
    : !${IS_CHILD} && (!has(selector.labelSelector) || (
      (!has(selector.labelSelector.matchLabels)
        || selector.labelSelector.matchLabels.all(key, key in ${LABELS} && ${LABELS}[key] == selector.labelSelector.matchLabels[key]))
      && (!has(selector.labelSelector.matchExpressions)
        || selector.labelSelector.matchExpressions.all(each, ${EXPRESSION_HOLDS}))))))`

/** A policy that the index does not hold yet is asked itself: one that was made the moment before counts. */
function markSelectedByNewPolicies(options: ParkingOptions): readonly KubeObject[] {
  return POLICY_KINDS.flatMap(kind =>
    mutatingPolicy({
      name: `parking-${kind.plural}`,
      matchConstraints: {
        namespaceSelector: outsideOf(options.namespace),
        resourceRules: NEW_OBJECTS,
      },
      matchConditions: selectionConditions(options, SELECTED_BY_POLICY),
      params: {
        kind: { apiVersion: `${kind.group}/${kind.version}`, kind: kind.kind },
        refs: [{ selector: { matchExpressions: [{ key: LABEL.indexed, operator: 'DoesNotExist' }] } }],
      },
      variables: parkingVariables('true'),
      patches: [PARKING_PATCH],
    }),
  )
}

const OWNER = `object.metadata.ownerReferences.filter(owner, has(owner.controller) && owner.controller)[0]`

/** What the first ReplicaSet or ControllerRevision of a workload is known by: its owner has made nothing before. */
const IS_FIRST = `(object.kind == 'ReplicaSet'
  ? has(object.metadata.annotations) && 'deployment.kubernetes.io/revision' in object.metadata.annotations
    && object.metadata.annotations['deployment.kubernetes.io/revision'] == '1'
  : object.revision == 1)`

/** The owner is known by name, kind and the labels of its Pods, which mostly are its own. */
const SELECTS_OWNER = `!has(params.metadata.deletionTimestamp) && params.spec.resourceSelectors.exists(selector,
  selector.kind == variables.owner.kind && selector.apiVersion == variables.owner.apiVersion
  && (!has(selector.namespace) || selector.namespace == '' || selector.namespace == request.namespace)
  && (has(selector.name) && selector.name != '' ? selector.name == variables.owner.name
    : (!has(selector.labelSelector) || (
      (!has(selector.labelSelector.matchLabels)
        || selector.labelSelector.matchLabels.all(key, key in ${LABELS} && ${LABELS}[key] == selector.labelSelector.matchLabels[key]))
      && (!has(selector.labelSelector.matchExpressions)
        || selector.labelSelector.matchExpressions.all(each, ${EXPRESSION_HOLDS}))))))`

const REVISIONS: readonly Resource[] = [
  { group: 'apps', version: 'v1', kind: 'ReplicaSet', plural: 'replicasets', namespaced: true },
  { group: 'apps', version: 'v1', kind: 'ControllerRevision', plural: 'controllerrevisions', namespaced: true },
]

/**
 * A template that comes with its policy in one apply may reach the apiserver before its admission knows the policy, and is
 * not parked then. What its controller makes first comes later: it is refused, and tried again until the operator has
 * looked at both.
 */
function refuseFirstRevisions(options: ParkingOptions): readonly KubeObject[] {
  return POLICY_KINDS.flatMap(kind =>
    bindEverywhere(
      {
        name: `parking-new-${kind.plural}`,
        failurePolicy: 'Ignore',
        matchConditions: [
          { name: 'first-of-its-owner', expression: `${IS_CHILD} && ${IS_FIRST}` },
          // Controllers copy the annotations of what they work for, not its labels.
          { name: 'not-local', expression: `!('${LABEL.local}' in ${mapOf('object', 'annotations')})` },
          ...inTemplateNamespaces(options),
        ],
        variables: [{ name: 'owner', expression: OWNER }],
        validations: [
          {
            expression: `!(${SELECTS_OWNER})`,
            message:
              'A policy that was just made selects the owner: the fleet runs it, as soon as the operator has seen both',
            reason: 'Forbidden',
          },
        ],
        params: {
          kind: { apiVersion: `${kind.group}/${kind.version}`, kind: kind.kind },
          selector: { matchExpressions: [{ key: LABEL.indexed, operator: 'DoesNotExist' }] },
        },
      },
      { namespaceSelector: outsideOf(options.namespace), resourceRules: rulesFor(REVISIONS, ['CREATE']) },
    ),
  )
}

/** A policy that is new or whose spec changes is not as the index has it: it loses the mark until the operator has looked. */
function unmarkChangedPolicies({ operatorUser }: ParkingOptions): readonly KubeObject[] {
  return mutatingPolicy({
    name: 'parking-unindexed',
    matchConstraints: {
      resourceRules: rulesFor([PROPAGATION_POLICY, CLUSTER_PROPAGATION_POLICY], ['CREATE', 'UPDATE']),
    },
    matchConditions: [
      { name: 'not-the-operator', expression: `request.userInfo.username != ${JSON.stringify(operatorUser)}` },
      { name: 'marked', expression: `'${LABEL.indexed}' in ${LABELS}` },
      { name: 'changed', expression: 'oldObject == null || object.spec != oldObject.spec' },
    ],
    patches: [`[JSONPatch{op: 'remove', path: '${jsonPointer('metadata', 'labels', LABEL.indexed)}'}]`],
  })
}

/** The status of a parked object is the fleet's: what controllers of the host write into it is dropped. */
function guardStatus(options: ParkingOptions): readonly KubeObject[] {
  return mutatingPolicy({
    name: 'parking-status',
    matchConstraints: {
      objectSelector: { matchLabels: { [LABEL.parked]: 'true' } },
      namespaceSelector: outsideOf(options.namespace),
      resourceRules: rulesFor(PARKABLE, ['UPDATE'], '/status'),
    },
    matchConditions: [
      { name: 'not-the-operator', expression: `request.userInfo.username != ${JSON.stringify(options.operatorUser)}` },
      {
        name: 'differs',
        expression:
          'has(object.status) != has(oldObject.status) || (has(object.status) && object.status != oldObject.status)',
      },
    ],
    patches: [
      `has(oldObject.status) ? [JSONPatch{op: has(object.status) ? 'replace' : 'add', path: '/status', value: oldObject.status}]
        : [JSONPatch{op: 'remove', path: '/status'}]`,
    ],
  })
}

/**
 * The policies that keep templates from running on an ordinary host, from Kubernetes 1.36.
 *
 * @source design.md §3; spec/behaviour/host-vs-dedicated.md §3
 */
export function parkingPolicies(options: ParkingOptions): readonly KubeObject[] {
  return [
    ...parkMarked(options),
    ...markInTemplateNamespaces(options),
    ...copyLocalLabel(options),
    ...markIndexed(options),
    ...markSelectedByNewPolicies(options),
    ...unmarkChangedPolicies(options),
    ...guardStatus(options),
    ...refuseFirstRevisions(options),
  ]
}

/** Words for what only an installation knows, where the policies are written without one. */
export const PLACEHOLDERS: ParkingOptions = {
  namespace: 'release-namespace',
  operatorUser: 'operator-user',
  skippedNamespaces: ['skipped-namespaces'],
}

/** Tells which edition of the policies somebody else registered: another one parks by other rules. */
export const PARKING_EDITION = digestOf(parkingPolicies(PLACEHOLDERS))
