import type { KindInterpreter } from '../kind-interpreter.ts'
import { advancedCronJob } from './apps.kruise.io/v1alpha1/advanced-cron-job.ts'
import { broadcastJob } from './apps.kruise.io/v1alpha1/broadcast-job.ts'
import { cloneSet } from './apps.kruise.io/v1alpha1/clone-set.ts'
import { advancedDaemonSet } from './apps.kruise.io/v1alpha1/daemon-set.ts'
import { sidecarSet } from './apps.kruise.io/v1alpha1/sidecar-set.ts'
import { unitedDeployment } from './apps.kruise.io/v1alpha1/united-deployment.ts'
import { advancedStatefulSet } from './apps.kruise.io/v1beta1/stateful-set.ts'
import { helmRelease } from './helm.toolkit.fluxcd.io/v2beta1/helm-release.ts'
import { kustomization } from './kustomize.toolkit.fluxcd.io/v1/kustomization.ts'
import { gitRepository } from './source.toolkit.fluxcd.io/v1/git-repository.ts'
import { bucket } from './source.toolkit.fluxcd.io/v1beta2/bucket.ts'
import { helmChart } from './source.toolkit.fluxcd.io/v1beta2/helm-chart.ts'
import { helmRepository } from './source.toolkit.fluxcd.io/v1beta2/helm-repository.ts'
import { ociRepository } from './source.toolkit.fluxcd.io/v1beta2/oci-repository.ts'

/** Every kind of other projects that is known: one line each. */
export const THIRD_PARTY_KINDS: readonly KindInterpreter[] = [
  advancedCronJob,
  broadcastJob,
  cloneSet,
  advancedDaemonSet,
  sidecarSet,
  unitedDeployment,
  advancedStatefulSet,
  helmRelease,
  kustomization,
  gitRepository,
  bucket,
  helmChart,
  helmRepository,
  ociRepository,
]
