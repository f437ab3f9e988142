// The chart's values: the one place that says which there are, what they mean and what they are by default. values.yaml,
// values.schema.json and docs/reference/chart.md are generated from it.
import { CONFIGURATION_SCHEMA } from '../src/configuration.ts'
import { DEFAULT_TEMPLATE_KINDS } from './template-kinds.ts'

/** A value, or a group of values: JSON schema (draft 7), as much of it as the chart uses. */
export interface ValueSchema {
  readonly description?: string
  readonly type?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly minLength?: number
  readonly items?: ValueSchema
  readonly properties?: Readonly<Record<string, ValueSchema>>
  readonly required?: readonly string[]
  readonly propertyNames?: ValueSchema
  readonly additionalProperties?: boolean | ValueSchema
}

const group = (description: string, properties: Readonly<Record<string, ValueSchema>>): ValueSchema => ({
  description,
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
})
const flag = (description: string, byDefault: boolean): ValueSchema => ({
  description,
  type: 'boolean',
  default: byDefault,
})
const text = (description: string, byDefault: string, limits: ValueSchema = {}): ValueSchema => ({
  description,
  type: 'string',
  default: byDefault,
  ...limits,
})
/** As in the Pod's own API; the apiserver checks it. */
const object = (description: string): ValueSchema => ({ description, type: 'object', default: {} })
const list = (description: string): ValueSchema => ({
  description,
  type: 'array',
  items: { type: 'object' },
  default: [],
})
const annotations = (description: string): ValueSchema => ({
  ...object(description),
  additionalProperties: { type: 'string' },
})

const NAME: ValueSchema = { pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$', maxLength: 50 }
const GROUP: ValueSchema = { pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$', maxLength: 253 }
const PLURAL: ValueSchema = { pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?|\\*)$', maxLength: 63 }

/** Where the chart itself says what they are. */
const SET_BY_THE_CHART: readonly string[] = ['namespace', 'installCrds', 'ownerClusterRole']

const VALUES: Readonly<Record<string, ValueSchema>> = {
  replicas: {
    description: 'Pods of the operator. One of them works; the others take over within seconds when it is gone.',
    type: 'integer',
    minimum: 0,
    maximum: 9,
    default: 1,
  },
  image: group('The image; the Dockerfile at the root of the sources builds it.', {
    repository: text('Registry and name.', 'flotilla', { minLength: 1 }),
    tag: text('Empty: the version of the chart.', ''),
    digest: text('Wins over the tag.', '', { pattern: '^(sha256:[0-9a-f]{64})?$' }),
    pullPolicy: text('When a node pulls it.', 'IfNotPresent', { enum: ['Always', 'IfNotPresent', 'Never'] }),
  }),
  imagePullSecrets: list('Secrets with the credentials of the registry: `- name: …`.'),
  nameOverride: text('Instead of the name of the chart.', '', NAME),
  fullnameOverride: text('Name of everything that is installed, instead of one made of release and chart.', '', NAME),
  config: {
    ...optional(CONFIGURATION_SCHEMA, SET_BY_THE_CHART),
    description:
      'Settings of the operator, field by field on top of its defaults: [flags.md](flags.md#configuration-file).',
    default: {},
  },
  crds: group('The API: CRDs and admission policies.', {
    install: flag(
      'The operator registers them when it starts, and keeps them when the chart is removed. Off: apply `crds/` yourself, before it starts.',
      true,
    ),
  }),
  clusterNamespace: group('Namespace `karmada-cluster`, for the Secrets of members.', {
    create: flag('Creates it unless it is there; it stays when the chart is removed.', true),
  }),
  templates: group('What policies may place.', {
    kinds: {
      description:
        'Resources by API group: `propagate`, `aggregate` (and the status of the fleet is written back) or `false`. [permissions.md](permissions.md#templates)',
      type: 'object',
      propertyNames: GROUP,
      additionalProperties: {
        type: 'object',
        propertyNames: PLURAL,
        additionalProperties: { enum: ['propagate', 'aggregate', false] },
      },
      default: DEFAULT_TEMPLATE_KINDS,
    },
  }),
  serviceAccount: group('Who the operator is on the host.', {
    create: flag('Creates it. Off: it is there already.', true),
    name: text('Empty: the full name, or `default` when it is not created.', '', { maxLength: 253 }),
    annotations: annotations('Annotations of it.'),
  }),
  rbac: group('What the operator may do on the host.', {
    create: flag(
      'Creates roles and their bindings: [permissions.md](permissions.md). Off: they are there already.',
      true,
    ),
  }),
  resources: {
    description: 'Memory grows with the number of templates and members.',
    type: 'object',
    default: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '1Gi' } },
  },
  podDisruptionBudget: group('For several replicas.', {
    enabled: flag('Lets a drain take one Pod at a time.', false),
  }),
  service: group('The Service for metrics.', {
    enabled: flag('Creates it.', true),
    port: {
      description: 'Its port.',
      type: 'integer',
      minimum: 1,
      maximum: 65_535,
      default: 8080,
    },
    annotations: annotations('Annotations of it, for whatever collects metrics.'),
  }),
  podAnnotations: annotations('Annotations of the Pods.'),
  podLabels: annotations('Labels of the Pods, besides those of the chart.'),
  env: list('Environment of the container: `- name: …`.'),
  nodeSelector: { ...annotations('Nodes to run on.'), default: { 'kubernetes.io/os': 'linux' } },
  tolerations: list('Taints to tolerate.'),
  affinity: object('Which nodes and neighbours are preferred.'),
  topologySpreadConstraints: list('How several replicas are spread.'),
  priorityClassName: text('The more important the fleet, the higher.', '', { maxLength: 253 }),
}

export const VALUES_SCHEMA: ValueSchema = {
  type: 'object',
  additionalProperties: false,
  // Defaults fill in what is missing, so only a null can take a value away.
  required: Object.keys(VALUES),
  // A chart that has this one as a part shares values so.
  properties: { ...VALUES, global: { type: 'object' } },
}

/** The schema of any part of a complete object: no field is required. */
function optional(schema: unknown, without: readonly string[] = []): ValueSchema {
  const { required: _required, ...rest } = schema as ValueSchema
  if (rest.properties === undefined) return rest
  const kept = Object.entries(rest.properties).filter(([name]) => !without.includes(name))
  return { ...rest, properties: Object.fromEntries(kept.map(([name, field]) => [name, optional(field)])) }
}
