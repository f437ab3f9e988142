import { HOST_RULES as DELETION_GUARD_RULES } from './addons/deletion-guard/controller.ts'
import { HOST_RULES as DEPENDENCY_RULES } from './addons/dependencies/controller.ts'
import { HOST_RULES as DESCHEDULER_RULES } from './addons/descheduler/controller.ts'
import { HOST_RULES as HOST_WORKLOAD_RULES } from './addons/host-workload/controller.ts'
import { HOST_RULES as CUSTOMIZATION_RULES } from './addons/interpreter-customization/controller.ts'
import { HOST_RULES as WEBHOOK_RULES } from './addons/interpreter-webhook/controller.ts'
import { HOST_RULES as NAMESPACE_RULES } from './addons/namespace/controller.ts'
import { HOST_RULES as PARKING_INDEX_RULES } from './addons/parking-index/controller.ts'
import { HOST_RULES as REBALANCER_RULES } from './addons/rebalancer/controller.ts'
import { HOST_RULES as REMEDY_RULES } from './addons/remedy/controller.ts'
import { type HostRule, READ } from './api/host-rule.ts'
import { NAMESPACE } from './api/kinds.ts'
import { HOST_RULES as BINDING_RULES } from './binding/controller.ts'
import { HOST_RULES as APPLICATION_FAILOVER_RULES } from './clusters/application-failover/controller.ts'
import { HOST_RULES as CLUSTER_CONNECTION_RULES } from './clusters/connection/controller.ts'
import { HOST_RULES as EVICTION_RULES } from './clusters/eviction/controller.ts'
import { HOST_RULES as FAILBACK_RULES } from './clusters/failback/controller.ts'
import { HOST_RULES as GRACEFUL_EVICTION_RULES } from './clusters/graceful-eviction/controller.ts'
import { HOST_RULES as MISSING_RIGHTS_RULES } from './clusters/missing-rights/controller.ts'
import { HOST_RULES as CLUSTER_MONITOR_RULES } from './clusters/monitor/controller.ts'
import { HOST_RULES as OUTAGE_RULES } from './clusters/outage/controller.ts'
import { HOST_RULES as CLUSTER_REGISTRATION_RULES } from './clusters/registration/controller.ts'
import { HOST_RULES as CLUSTER_STATUS_RULES } from './clusters/status/controller.ts'
import { HOST_RULES as TAINT_POLICY_RULES } from './clusters/taint-policy/controller.ts'
import { HOST_RULES as TOKEN_RENEWAL_RULES } from './clusters/token-renewal/controller.ts'
import { HOST_RULES as DETECTOR_RULES } from './detector/controller.ts'
import { HOST_RULES as EXECUTION_RULES } from './execution/controller.ts'
import { HOST_FACT_RULES } from './parking/read-host-facts.ts'
import { REGISTRATION_RULES } from './registration/host-rules.ts'
import { HOST_RULES as PARKING_REVIEW_RULES } from './registration/parking-review/controller.ts'
import { HOST_RULES as UPKEEP_RULES } from './registration/upkeep/controller.ts'
import { EVENT_RULES } from './runtime/event-recorder.ts'
import { LEADER_ELECTION_RULES } from './runtime/leader-election.ts'
import { HOST_RULES as SCHEDULER_RULES } from './scheduler/controller.ts'
import { REPLICA_RULES } from './shards/replica-group.ts'
import { HOST_RULES as TEMPLATE_STATUS_RULES } from './status/aggregate/controller.ts'
import { HOST_RULES as BINDING_STATUS_RULES } from './status/collect/controller.ts'
import { HOST_RULES as WORK_STATUS_RULES } from './status/reflect/controller.ts'

/** What one part of the operator does on the host. */
export interface DeclaredRules {
  /** A controller's folder, or what else of the process needs something. */
  readonly by: string
  readonly rules: readonly HostRule[]
}

/** Makes sure that the namespace for the members' Secrets is there (manager.ts). */
const START_RULES: readonly HostRule[] = [{ on: NAMESPACE, verbs: [...READ, 'create'] }]

/**
 * Everything that the operator does on the host, by who does it. The chart's roles are generated from it
 * (scripts/generate-rbac.ts): what is missing here is refused by the apiserver.
 */
export const DECLARED_RULES: readonly DeclaredRules[] = [
  { by: 'registration', rules: REGISTRATION_RULES },
  { by: 'registration/upkeep', rules: UPKEEP_RULES },
  { by: 'registration/parking-review', rules: PARKING_REVIEW_RULES },
  { by: 'start', rules: START_RULES },
  { by: 'parking', rules: HOST_FACT_RULES },
  { by: 'leader election', rules: LEADER_ELECTION_RULES },
  { by: 'shards', rules: REPLICA_RULES },
  { by: 'events', rules: EVENT_RULES },
  { by: 'detector', rules: DETECTOR_RULES },
  { by: 'scheduler', rules: SCHEDULER_RULES },
  { by: 'binding', rules: BINDING_RULES },
  { by: 'execution', rules: EXECUTION_RULES },
  { by: 'status/reflect', rules: WORK_STATUS_RULES },
  { by: 'status/collect', rules: BINDING_STATUS_RULES },
  { by: 'status/aggregate', rules: TEMPLATE_STATUS_RULES },
  { by: 'clusters/registration', rules: CLUSTER_REGISTRATION_RULES },
  { by: 'clusters/connection', rules: CLUSTER_CONNECTION_RULES },
  { by: 'clusters/status', rules: CLUSTER_STATUS_RULES },
  { by: 'clusters/monitor', rules: CLUSTER_MONITOR_RULES },
  { by: 'clusters/taint-policy', rules: TAINT_POLICY_RULES },
  { by: 'clusters/missing-rights', rules: MISSING_RIGHTS_RULES },
  { by: 'clusters/token-renewal', rules: TOKEN_RENEWAL_RULES },
  { by: 'clusters/outage', rules: OUTAGE_RULES },
  { by: 'clusters/eviction', rules: EVICTION_RULES },
  { by: 'clusters/graceful-eviction', rules: GRACEFUL_EVICTION_RULES },
  { by: 'clusters/application-failover', rules: APPLICATION_FAILOVER_RULES },
  { by: 'clusters/failback', rules: FAILBACK_RULES },
  { by: 'addons/namespace', rules: NAMESPACE_RULES },
  { by: 'addons/rebalancer', rules: REBALANCER_RULES },
  { by: 'addons/remedy', rules: REMEDY_RULES },
  { by: 'addons/dependencies', rules: DEPENDENCY_RULES },
  { by: 'addons/interpreter-customization', rules: CUSTOMIZATION_RULES },
  { by: 'addons/interpreter-webhook', rules: WEBHOOK_RULES },
  { by: 'addons/descheduler', rules: DESCHEDULER_RULES },
  { by: 'addons/deletion-guard', rules: DELETION_GUARD_RULES },
  { by: 'addons/parking-index', rules: PARKING_INDEX_RULES },
  { by: 'addons/host-workload', rules: HOST_WORKLOAD_RULES },
]
