import type { KindInterpreter } from '../kind-interpreter.ts'
import { advancedCronJob } from './apps.kruise.io/v1alpha1/advanced-cron-job.ts'
import { broadcastJob } from './apps.kruise.io/v1alpha1/broadcast-job.ts'
import { cloneSet } from './apps.kruise.io/v1alpha1/clone-set.ts'
import { advancedDaemonSet } from './apps.kruise.io/v1alpha1/daemon-set.ts'
import { sidecarSet } from './apps.kruise.io/v1alpha1/sidecar-set.ts'
import { unitedDeployment } from './apps.kruise.io/v1alpha1/united-deployment.ts'
import { advancedStatefulSet } from './apps.kruise.io/v1beta1/stateful-set.ts'
import { rollout } from './argoproj.io/v1alpha1/rollout.ts'
import { workflow } from './argoproj.io/v1alpha1/workflow.ts'
import { volcanoJob } from './batch.volcano.sh/v1alpha1/job.ts'
import { certificate } from './cert-manager.io/v1/certificate.ts'
import { clusterApiCluster } from './cluster.x-k8s.io/v1beta1/cluster.ts'
import { flinkDeployment } from './flink.apache.org/v1beta1/flink-deployment.ts'
import { helmRelease } from './helm.toolkit.fluxcd.io/v2beta1/helm-release.ts'
import { jobSet } from './jobset.x-k8s.io/v1alpha2/job-set.ts'
import { kafka } from './kafka.strimzi.io/v1beta2/kafka.ts'
import { scaledObject } from './keda.sh/v1alpha1/scaled-object.ts'
import { notebook } from './kubeflow.org/v1/notebook.ts'
import { pyTorchJob } from './kubeflow.org/v1/py-torch-job.ts'
import { tfJob } from './kubeflow.org/v1/tf-job.ts'
import { mpiJob } from './kubeflow.org/v2beta1/mpi-job.ts'
import { kueueWorkload } from './kueue.x-k8s.io/v1beta1/workload.ts'
import { kustomization } from './kustomize.toolkit.fluxcd.io/v1/kustomization.ts'
import { clusterPolicy } from './kyverno.io/v1/cluster-policy.ts'
import { policy } from './kyverno.io/v1/policy.ts'
import { leaderWorkerSet } from './leaderworkerset.x-k8s.io/v1/leader-worker-set.ts'
import { postgresCluster } from './postgresql.cnpg.io/v1/cluster.ts'
import { rayCluster } from './ray.io/v1/ray-cluster.ts'
import { rayJob } from './ray.io/v1/ray-job.ts'
import { rayService } from './ray.io/v1/ray-service.ts'
import { knativeService } from './serving.knative.dev/v1/service.ts'
import { gitRepository } from './source.toolkit.fluxcd.io/v1/git-repository.ts'
import { bucket } from './source.toolkit.fluxcd.io/v1beta2/bucket.ts'
import { helmChart } from './source.toolkit.fluxcd.io/v1beta2/helm-chart.ts'
import { helmRepository } from './source.toolkit.fluxcd.io/v1beta2/helm-repository.ts'
import { ociRepository } from './source.toolkit.fluxcd.io/v1beta2/oci-repository.ts'
import { sparkApplication } from './sparkoperator.k8s.io/v1beta2/spark-application.ts'

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
  workflow,
  volcanoJob,
  flinkDeployment,
  notebook,
  pyTorchJob,
  tfJob,
  mpiJob,
  clusterPolicy,
  policy,
  rayCluster,
  rayJob,
  rayService,
  sparkApplication,
  rollout,
  certificate,
  clusterApiCluster,
  jobSet,
  kafka,
  scaledObject,
  kueueWorkload,
  leaderWorkerSet,
  postgresCluster,
  knativeService,
]
