import { AGENT_RULES as CUSTOMIZATION_RULES } from './addons/interpreter-customization/controller.ts'
import { AGENT_RULES as WEBHOOK_RULES } from './addons/interpreter-webhook/controller.ts'
import type { AgentRule } from './api/agent-rule.ts'
import { SECRET } from './api/kinds.ts'
import { AGENT_RULES as HEARTBEAT_RULES } from './clusters/heartbeat/controller.ts'
import { AGENT_RULES as HOST_ACCESS_RULES } from './clusters/host-access/controller.ts'
import { AGENT_RULES as MISSING_RIGHTS_RULES } from './clusters/missing-rights/controller.ts'
import { AGENT_RULES as CLUSTER_STATUS_RULES } from './clusters/status/controller.ts'
import { AGENT_RULES as EXECUTION_RULES } from './execution/controller.ts'
import { AGENT_EVENT_RULES } from './runtime/event-recorder.ts'
import { AGENT_ELECTION_RULES } from './runtime/leader-election.ts'
import { AGENT_RULES as WORK_STATUS_RULES } from './status/reflect/controller.ts'

/** What one part of an agent does on the host. */
export interface DeclaredAgentRules {
  readonly by: string
  readonly rules: readonly AgentRule[]
}

/** Who has registered takes the join token out of the world. */
const REGISTER_RULES: readonly AgentRule[] = [{ on: SECRET, within: 'clusters', only: 'joinSecret', verbs: ['delete'] }]

/**
 * Everything that an agent does on the host, and for itself in its member. The roles that `flotilla token create` makes are generated from it
 * (scripts/generate-agent-rules.ts).
 */
export const DECLARED_AGENT_RULES: readonly DeclaredAgentRules[] = [
  { by: 'execution', rules: EXECUTION_RULES },
  { by: 'status/reflect', rules: WORK_STATUS_RULES },
  { by: 'clusters/missing-rights', rules: MISSING_RIGHTS_RULES },
  { by: 'clusters/status', rules: CLUSTER_STATUS_RULES },
  { by: 'clusters/heartbeat', rules: HEARTBEAT_RULES },
  { by: 'clusters/host-access', rules: HOST_ACCESS_RULES },
  { by: 'addons/interpreter-customization', rules: CUSTOMIZATION_RULES },
  { by: 'addons/interpreter-webhook', rules: WEBHOOK_RULES },
  { by: 'leader election', rules: AGENT_ELECTION_RULES },
  { by: 'events', rules: AGENT_EVENT_RULES },
  { by: 'cli/register', rules: REGISTER_RULES },
]
