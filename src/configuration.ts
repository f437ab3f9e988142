import { Ajv, type JSONSchemaType } from 'ajv'
import {
  AGENT_CONFIGURATION_SCHEMA,
  type AgentConfiguration,
  checkAgent,
  DEFAULT_AGENT_CONFIGURATION,
} from './agent-configuration.ts'
import { OPERATOR_NAMESPACE } from './api/names.ts'
import { DEFAULT_FAILOVER, FAILOVER_SCHEMA, type FailoverSettings } from './clusters/failover-settings.ts'
import {
  checkElection,
  DEFAULT_LEADER_ELECTION,
  LEADER_ELECTION_SCHEMA,
  type LeaderElectionConfiguration,
  SHARING_SCHEMA,
  type SharingConfiguration,
} from './election-configuration.ts'
import { DIVISIONS, PLUGINS } from './scheduling/registry.ts'

/** Everything about the operator that can be set; docs/reference/flags.md describes it for users. */
export interface Configuration {
  /** The operator of a host, or the agent in a member in Pull mode. */
  readonly mode: 'operator' | 'agent'
  readonly agent: AgentConfiguration
  /** The operator's own namespace: its Lease lives there, and clusters may keep their Secrets there. */
  readonly namespace: string
  /** Registers CRDs and admission policies at start. Off: somebody else does, and they are only waited for. */
  readonly installCrds: boolean
  /** ClusterRole that owns the admission policies: they go when it is deleted. '': they stay. */
  readonly ownerClusterRole: string
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** 'auto': text on a terminal, JSON anywhere else. */
  readonly logFormat: 'auto' | 'json' | 'text'
  /** Where /healthz, /readyz and /metrics answer, `host:port`; port 0 takes a free one. */
  readonly bindAddress: string
  readonly leaderElection: LeaderElectionConfiguration
  readonly sharing: SharingConfiguration
  readonly limits: { readonly host: RateConfiguration; readonly member: RateConfiguration }
  readonly concurrency: ConcurrencyConfiguration
  readonly bindingStatus: BindingStatusConfiguration
  readonly clusters: ClusterConfiguration
  readonly failover: FailoverSettings
  readonly namespaces: NamespaceConfiguration
  readonly parking: ParkingConfiguration
  readonly scheduling: SchedulingConfiguration
  readonly descheduler: DeschedulerConfiguration
  readonly features: FeatureConfiguration
  /** `<group>`, `<group>/<version>` or `<group>/<version>/<Kind>[,<Kind>]`, separated by `;`. */
  readonly skippedPropagatingApis: string
  /** Regular expressions for whole namespace names. */
  readonly skippedPropagatingNamespaces: readonly string[]
}

/** Requests a second on average, and at once; 0: no limit. */
interface RateConfiguration {
  readonly qps: number
  readonly burst: number
}

/** Keys that each controller works on side by side; execution and reflection count for each member. */
interface ConcurrencyConfiguration {
  readonly detector: number
  readonly scheduler: number
  readonly binding: number
  readonly execution: number
  readonly status: number
  readonly clusters: number
  readonly namespaces: number
}

interface BindingStatusConfiguration {
  readonly holdMs: number
  readonly gatherMs: number
}

interface ClusterConfiguration {
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly failureThresholdMs: number
  readonly successThresholdMs: number
  readonly resourceModeling: boolean
  readonly deletionPollMs: number
  readonly monitorIntervalMs: number
  readonly monitorGraceMs: number
  readonly startupGraceMs: number
}

/** docs/reference/namespaces.md */
interface NamespaceConfiguration {
  readonly sync: 'demand' | 'all'
  readonly deletion: 'keep' | 'follow'
}

interface ParkingConfiguration {
  /**
   * How templates are kept from running on the host: by admission policies, by the operator after it has claimed them, or
   * not at all; 'auto' looks at the host when the operator starts.
   */
  readonly mode: 'auto' | 'policies' | 'operator' | 'off'
  /** Registers the admission policies. Off: somebody else does (the chart, GitOps). */
  readonly installPolicies: boolean
}

/** spec/behaviour/scheduling.md */
interface SchedulingConfiguration {
  /** Bindings that name another scheduler are left to it. */
  readonly schedulerName: string
  /** `*`, names of filters and scores, and `-name` for those, and divisions, that are switched off. */
  readonly plugins: readonly string[]
  /** Workloads scaled to zero stay in the clusters that are selected. */
  readonly propagateEmptyWorkloads: boolean
  /** What tells the room of clusters: sums and grades in their status alone, or their nodes and quotas too. */
  readonly estimator: 'accurate' | 'general'
  /** When a binding is tried again for which there was too little room, and one that failed for another reason. */
  readonly unschedulableRetryMs: number
  readonly failureRetryMs: number
}

/** docs/reference/rebalancing.md */
interface DeschedulerConfiguration {
  readonly enabled: boolean
  readonly intervalMs: number
  readonly unschedulableThresholdMs: number
}

/** What Karmada has behind feature gates that are off by default. */
interface FeatureConfiguration {
  /** `placement.workloadAffinity` of policies puts bindings into groups. */
  readonly workloadAffinity: boolean
  /** Workloads of several kinds of pods are described by these components instead of by replicas. */
  readonly multiplePodTemplatesScheduling: boolean
  /** `preemption: Always` of policies takes over what others have claimed. */
  readonly policyPreemption: boolean
}

export const DEFAULT_CONFIGURATION: Configuration = {
  mode: 'operator',
  agent: DEFAULT_AGENT_CONFIGURATION,
  namespace: OPERATOR_NAMESPACE,
  installCrds: true,
  ownerClusterRole: '',
  logLevel: 'info',
  logFormat: 'auto',
  bindAddress: '0.0.0.0:8080',
  leaderElection: DEFAULT_LEADER_ELECTION,
  sharing: { enabled: false },
  limits: { host: { qps: 0, burst: 0 }, member: { qps: 500, burst: 1_000 } },
  concurrency: { detector: 64, scheduler: 16, binding: 64, execution: 32, status: 64, clusters: 16, namespaces: 16 },
  bindingStatus: { holdMs: 2_000, gatherMs: 20 },
  clusters: {
    intervalMs: 10_000,
    timeoutMs: 5_000,
    failureThresholdMs: 30_000,
    successThresholdMs: 30_000,
    resourceModeling: true,
    deletionPollMs: 2_000,
    monitorIntervalMs: 5_000,
    monitorGraceMs: 40_000,
    startupGraceMs: 60_000,
  },
  failover: DEFAULT_FAILOVER,
  namespaces: { sync: 'demand', deletion: 'keep' },
  parking: { mode: 'auto', installPolicies: true },
  scheduling: {
    schedulerName: 'default-scheduler',
    plugins: ['*'],
    propagateEmptyWorkloads: false,
    estimator: 'accurate',
    unschedulableRetryMs: 60_000,
    failureRetryMs: 10_000,
  },
  descheduler: { enabled: false, intervalMs: 120_000, unschedulableThresholdMs: 300_000 },
  features: { workloadAffinity: false, policyPreemption: false, multiplePodTemplatesScheduling: false },
  skippedPropagatingApis: '',
  skippedPropagatingNamespaces: ['kube-.*'],
}

/** A plugin that does not exist is a mistake in writing, and would be missed silently. */
const PLUGIN_PATTERN = `^(\\*|-?(${[...PLUGINS, ...DIVISIONS].map(({ name }) => name).join('|')}))$`
const count = { type: 'integer', minimum: 1, maximum: 1024 } as const
const milliseconds = { type: 'integer', minimum: 0, maximum: 86_400_000 } as const
const rate = {
  type: 'object',
  additionalProperties: false,
  required: ['qps', 'burst'],
  properties: { qps: { type: 'number', minimum: 0 }, burst: { type: 'number', minimum: 0 } },
} as const

/** The schema of a complete configuration: what `--config` may hold, every field optional there. */
export const CONFIGURATION_SCHEMA: JSONSchemaType<Configuration> = {
  type: 'object',
  additionalProperties: false,
  required: [
    'mode',
    'agent',
    'namespace',
    'installCrds',
    'ownerClusterRole',
    'logLevel',
    'logFormat',
    'bindAddress',
    'leaderElection',
    'sharing',
    'limits',
    'concurrency',
    'bindingStatus',
    'clusters',
    'failover',
    'namespaces',
    'parking',
    'scheduling',
    'descheduler',
    'features',
    'skippedPropagatingApis',
    'skippedPropagatingNamespaces',
  ],
  properties: {
    mode: { type: 'string', enum: ['operator', 'agent'] },
    agent: AGENT_CONFIGURATION_SCHEMA,
    namespace: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' },
    installCrds: { type: 'boolean' },
    ownerClusterRole: { type: 'string', maxLength: 253 },
    logLevel: { type: 'string', enum: ['debug', 'info', 'warn', 'error'] },
    logFormat: { type: 'string', enum: ['auto', 'json', 'text'] },
    bindAddress: { type: 'string', pattern: '^.+:[0-9]{1,5}$' },
    leaderElection: LEADER_ELECTION_SCHEMA,
    sharing: SHARING_SCHEMA,
    limits: {
      type: 'object',
      additionalProperties: false,
      required: ['host', 'member'],
      properties: { host: rate, member: rate },
    },
    concurrency: {
      type: 'object',
      additionalProperties: false,
      required: ['detector', 'scheduler', 'binding', 'execution', 'status', 'clusters', 'namespaces'],
      properties: {
        detector: count,
        scheduler: count,
        binding: count,
        execution: count,
        status: count,
        clusters: count,
        namespaces: count,
      },
    },
    bindingStatus: {
      type: 'object',
      additionalProperties: false,
      required: ['holdMs', 'gatherMs'],
      properties: { holdMs: milliseconds, gatherMs: milliseconds },
    },
    clusters: {
      type: 'object',
      additionalProperties: false,
      required: [
        'intervalMs',
        'timeoutMs',
        'failureThresholdMs',
        'successThresholdMs',
        'resourceModeling',
        'deletionPollMs',
        'monitorIntervalMs',
        'monitorGraceMs',
        'startupGraceMs',
      ],
      properties: {
        intervalMs: { ...milliseconds, minimum: 100 },
        timeoutMs: { ...milliseconds, minimum: 100 },
        failureThresholdMs: milliseconds,
        successThresholdMs: milliseconds,
        resourceModeling: { type: 'boolean' },
        deletionPollMs: { ...milliseconds, minimum: 100 },
        monitorIntervalMs: { ...milliseconds, minimum: 100 },
        monitorGraceMs: { ...milliseconds, minimum: 100 },
        startupGraceMs: { ...milliseconds, minimum: 100 },
      },
    },
    failover: FAILOVER_SCHEMA,
    namespaces: {
      type: 'object',
      additionalProperties: false,
      required: ['sync', 'deletion'],
      properties: {
        sync: { type: 'string', enum: ['demand', 'all'] },
        deletion: { type: 'string', enum: ['keep', 'follow'] },
      },
    },
    parking: {
      type: 'object',
      additionalProperties: false,
      required: ['mode', 'installPolicies'],
      properties: {
        mode: { type: 'string', enum: ['auto', 'policies', 'operator', 'off'] },
        installPolicies: { type: 'boolean' },
      },
    },
    scheduling: {
      type: 'object',
      additionalProperties: false,
      required: [
        'schedulerName',
        'plugins',
        'propagateEmptyWorkloads',
        'estimator',
        'unschedulableRetryMs',
        'failureRetryMs',
      ],
      properties: {
        schedulerName: { type: 'string', minLength: 1, maxLength: 253 },
        plugins: { type: 'array', items: { type: 'string', pattern: PLUGIN_PATTERN } },
        propagateEmptyWorkloads: { type: 'boolean' },
        estimator: { type: 'string', enum: ['accurate', 'general'] },
        unschedulableRetryMs: { ...milliseconds, minimum: 100 },
        failureRetryMs: { ...milliseconds, minimum: 100 },
      },
    },
    descheduler: {
      type: 'object',
      additionalProperties: false,
      required: ['enabled', 'intervalMs', 'unschedulableThresholdMs'],
      properties: {
        enabled: { type: 'boolean' },
        intervalMs: { ...milliseconds, minimum: 1_000 },
        unschedulableThresholdMs: milliseconds,
      },
    },
    features: {
      type: 'object',
      additionalProperties: false,
      required: ['workloadAffinity', 'policyPreemption', 'multiplePodTemplatesScheduling'],
      properties: {
        workloadAffinity: { type: 'boolean' },
        policyPreemption: { type: 'boolean' },
        multiplePodTemplatesScheduling: { type: 'boolean' },
      },
    },
    skippedPropagatingApis: { type: 'string' },
    skippedPropagatingNamespaces: { type: 'array', items: { type: 'string' } },
  },
}

const validate = new Ajv({ allErrors: true }).compile(CONFIGURATION_SCHEMA)

/**
 * Puts layers of settings on top of the defaults, later ones win, objects field by field and lists whole.
 *
 * @param layers from a file, the environment, flags: anything that JSON or YAML gave
 * @throws RangeError that names every field that is wrong, and what it may be
 */
export function configure(...layers: readonly unknown[]): Configuration {
  const merged = layers.reduce(merge, DEFAULT_CONFIGURATION)
  if (validate(merged)) return checkLease(merged)
  const problems = (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const named = params['additionalProperty'] ?? params['allowedValues']
    const extra = named === undefined ? '' : ` (${[named].flat().join(', ')})`
    return `${instancePath === '' ? 'configuration' : instancePath.slice(1).replaceAll('/', '.')} ${message}${extra}`
  })
  throw new RangeError(`The configuration is not valid: ${problems.join('; ')}`)
}

function checkLease(configuration: Configuration): Configuration {
  checkAgent(configuration.mode, configuration.agent)
  checkElection(configuration.leaderElection, configuration.sharing)
  return configuration
}

function merge(base: unknown, layer: unknown): unknown {
  if (layer === undefined) return base
  if (!isRecord(base) || !isRecord(layer)) return layer
  return {
    ...base,
    ...Object.fromEntries(Object.entries(layer).map(([name, value]) => [name, merge(base[name], value)])),
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
