import type { KindInterpreter } from '../kind-interpreter.ts'
import { cronJob } from './cron-job.ts'
import { daemonSet } from './daemon-set.ts'
import { deployment } from './deployment.ts'
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'
import { ingress } from './ingress.ts'
import { job } from './job.ts'
import { persistentVolume } from './persistent-volume.ts'
import { persistentVolumeClaim } from './persistent-volume-claim.ts'
import { pod } from './pod.ts'
import { podDisruptionBudget } from './pod-disruption-budget.ts'
import { replicaSet } from './replica-set.ts'
import { secret } from './secret.ts'
import { service } from './service.ts'
import { serviceAccount } from './service-account.ts'
import { serviceImport } from './service-import.ts'
import { statefulSet } from './stateful-set.ts'

/** The built-in kinds, each in the file of its name. A kind that is missing here needs no special knowledge. */
export const KINDS: readonly KindInterpreter[] = [
  deployment,
  replicaSet,
  daemonSet,
  statefulSet,
  job,
  cronJob,
  pod,
  service,
  ingress,
  persistentVolume,
  persistentVolumeClaim,
  podDisruptionBudget,
  horizontalPodAutoscaler,
  serviceAccount,
  secret,
  serviceImport,
]
