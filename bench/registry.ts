import { burst } from './burst.ts'
import { estimates } from './estimates.ts'
import { idle } from './idle.ts'
import { interpreting } from './interpreting.ts'
import { joining } from './joining.ts'
import { latency } from './latency.ts'
import { memberLoss } from './member-loss.ts'
import { neighbours } from './neighbours.ts'
import { ownCore } from './own-core.ts'
import { parking } from './parking.ts'
import { policyChange } from './policy-change.ts'
import { profiling } from './profiling.ts'
import type { Group, Question } from './question.ts'
import { replicas } from './replicas.ts'
import { restart } from './restart.ts'
import { scaleCaches } from './scale-caches.ts'
import { scaleEtcd } from './scale-etcd.ts'
import { scaleMembers } from './scale-members.ts'
import { scalePolicy } from './scale-policy.ts'
import { scaleStartup } from './scale-startup.ts'
import { scaleTemplates } from './scale-templates.ts'
import { scheduling } from './scheduling.ts'

/** Every question, in the order in which `make bench` asks them; each has its section in docs/performance.md. */
export const QUESTIONS: readonly Question[] = [
  latency,
  burst,
  ownCore,
  profiling,
  policyChange,
  restart,
  idle,
  neighbours,
  memberLoss,
  joining,
  replicas,
  parking,
  interpreting,
  estimates,
  scheduling,
  scaleStartup,
  scaleTemplates,
  scaleMembers,
  scalePolicy,
  scaleEtcd,
  scaleCaches,
]

/** @returns the questions of a group, in their order. */
export function questionsOf(group: Group): readonly Question[] {
  return QUESTIONS.filter(question => (question.group ?? 'ordinary') === group)
}
