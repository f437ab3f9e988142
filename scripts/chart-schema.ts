// The chart's values: the one place that says which there are, what they mean and what they are by default. values.yaml,
// values.schema.json and docs/reference/chart.md are generated from it.

import { DEFAULT_TEMPLATE_KINDS } from '../src/api/template-kinds.ts'
import { CONFIGURATION_SCHEMA } from '../src/configuration.ts'
import { valueAt } from '../src/object/field.ts'
import { MONITORING_VALUES } from './chart-monitoring-values.ts'
import { POD_VALUES } from './chart-pod-values.ts'
import { count, flag, group, list, strings, text, texts, type ValueSchema, type Values } from './chart-value.ts'

const NAME: ValueSchema = { pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$', maxLength: 50 }
const GROUP: ValueSchema = { pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$', maxLength: 253 }
const PLURAL: ValueSchema = { pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?|\\*)$', maxLength: 63 }
/** As kubectl names a resource: `widgets.example.com`, with `/status` where the status is written too. */
const RESOURCE: ValueSchema = { pattern: '^([a-z0-9]+|\\*)(\\.[a-z0-9]([-a-z0-9.]*[a-z0-9])?)?(/status)?$' }

/** Where the chart itself says what they are. */
const SET_BY_THE_CHART: readonly string[] = ['mode', 'agent', 'namespace', 'installCrds', 'ownerClusterRole']

const IMAGE: Values = {
  image: group('The image; the Dockerfile at the root of the sources builds it.', {
    registry: text(
      'Put before the repository: the mirror of a site without internet. Empty: as the repository says.',
      '',
    ),
    repository: text('Registry and name.', 'flotilla', { minLength: 1 }),
    tag: text('Empty: the version of the chart.', ''),
    digest: text('Wins over the tag.', '', { pattern: '^(sha256:[0-9a-f]{64})?$' }),
    pullPolicy: text('When a node pulls it.', 'IfNotPresent', { enum: ['Always', 'IfNotPresent', 'Never'] }),
  }),
  imagePullSecrets: list('Secrets with the credentials of the registry: `- name: …`.'),
}

const NAMES: Values = {
  nameOverride: text('Instead of the name of the chart.', '', NAME),
  fullnameOverride: text('Name of everything that is installed, instead of one made of release and chart.', '', NAME),
  commonLabels: strings('Labels of everything that is installed.'),
  commonAnnotations: strings('Annotations of everything that is installed.'),
}

const RIGHTS: Values = {
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
  rbac: group('What the operator may do on the host.', {
    create: flag(
      'Creates roles and their bindings: [permissions.md](permissions.md). Off: they are there already.',
      true,
    ),
    propagate: texts(
      'More kinds that policies may place, on top of `templates.kinds`, as kubectl names them: `secrets`, `widgets.example.com`, `widgets.example.com/status` to write the status back, `"*.example.com"`.',
      RESOURCE,
    ),
    aggregate: flag(
      'The rules of every ClusterRole with label `rbac.flotilla.dev/aggregate-to-operator: "true"` are added to those of the chart.',
      true,
    ),
    userRoles: flag(
      "Adds policies and bindings to Kubernetes' own roles `view`, `edit` and `admin`: whoever has one in a namespace has it for these as well.",
      true,
    ),
  }),
  serviceAccount: group('Who the operator is on the host.', {
    create: flag('Creates it. Off: it is there already.', true),
    name: text('Empty: the full name, or `default` when it is not created.', '', { maxLength: 253 }),
    annotations: strings('Annotations of it.'),
    automount: flag('Mounts its token. Off: `extraVolumes` brings one, e.g. with another lifetime.', true),
  }),
}

const AGENT: Values = {
  mode: text(
    'What is installed: the `operator` of a host, or the `agent` of a member in Pull mode ([pull-mode.md](pull-mode.md)).',
    'operator',
    {
      enum: ['operator', 'agent'],
    },
  ),
  agent: group('With `mode: agent`. What it may place in the member is `templates.kinds` and `rbac.propagate`.', {
    clusterName: text('The Cluster that it is the agent of. Required.', '', { ...NAME, maxLength: 48 }),
    hostSecret: text(
      'Secret in the namespace of the release with the way to the host: `flotilla register --credentials-only` makes it.',
      'flotilla-host',
      { minLength: 1 },
    ),
    permissions: text(
      'What it may do in the member: place those kinds, or everything (`cluster-admin`).',
      'workloads',
      {
        enum: ['workloads', 'cluster-admin'],
      },
    ),
  }),
}

const VALUES: Values = {
  ...AGENT,
  replicas: count(
    'Pods of the operator. One of them works; the others take over within seconds when it is gone. With config.sharing.enabled all work.',
    1,
    {
      minimum: 0,
      maximum: 9,
    },
  ),
  ...IMAGE,
  ...NAMES,
  config: {
    ...optional(CONFIGURATION_SCHEMA, SET_BY_THE_CHART),
    description:
      'Settings of the operator, field by field on top of its defaults: [flags.md](flags.md#configuration-file).',
    default: {},
  },
  failover: {
    ...optional(valueAt(CONFIGURATION_SCHEMA, 'properties', 'failover')),
    description:
      'When workloads leave a member that is tainted or down, field by field on top of the defaults; wins over `config.failover`: [failover.md](failover.md#settings).',
    default: {},
  },
  crds: group('The API: CRDs and admission policies.', {
    install: flag(
      'The operator registers them when it starts. When the chart is removed the CRDs stay, and the policies go. Off: apply `crds/` yourself, before it starts.',
      true,
    ),
  }),
  parking: group('What keeps templates from running on the host: [host.md](host.md).', {
    policies: text(
      'Who registers the admission policies: the `operator` when it starts, or the `chart`, where nobody else may (Kubernetes 1.36 or later).',
      'operator',
      { enum: ['operator', 'chart'] },
    ),
  }),
  clusterNamespace: group('Namespace `karmada-cluster`, for the Secrets of members.', {
    create: flag('Creates it unless it is there; it stays when the chart is removed.', true),
  }),
  ...RIGHTS,
  ...POD_VALUES,
  ...MONITORING_VALUES,
  extraObjects: list('Further objects to install; templates in them are rendered.'),
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
