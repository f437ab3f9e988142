import type { JsonObject } from '../../src/object/kube-object.ts'

/** A kind of another project whose definition is in a module of the Go module proxy. */
export interface ThirdPartyRow {
  /** `<group>/<version> <Kind>` */
  readonly type: string
  readonly plural: string
  readonly module: string
  /** The file of the definition, in the module. */
  readonly file: string
  readonly spec: JsonObject
  /** As the project's controllers write it, of two members. */
  readonly statuses: readonly [JsonObject, JsonObject]
}

const EARLY = '2026-01-01T00:00:00Z'
const LATE = '2026-01-02T00:00:00Z'
const says = (type: string, status: string, at = EARLY): JsonObject => ({
  ...{ type, status, reason: `${type}Reason`, message: `about ${type}` },
  lastTransitionTime: at,
})
const container = (name: string) => ({ name, image: 'registry.example.com/app:1' })
const pods = (name: string) => ({ metadata: { labels: { app: 'app' } }, spec: { containers: [container(name)] } })

const updating = (type: string, at: string) => ({ ...says(type, 'True', at), lastUpdateTime: at })
const training = (replicas: number, name: string, at: string): JsonObject => ({
  conditions: [updating('Created', at), updating('Running', at)],
  startTime: at,
  replicaStatuses: { [name]: { active: replicas, selector: 'training.kubeflow.org/job-name=app' } },
})
const kyverno = (rules: number): JsonObject => ({
  ...{ ready: true, conditions: [says('Ready', 'True')], autogen: {} },
  rulecount: { generate: 0, mutate: 0, validate: rules, verifyimages: 0 },
  validatingadmissionpolicy: { generated: false, message: '' },
})
const LABEL_RULE = {
  rules: [
    {
      name: 'has-owner',
      match: { any: [{ resources: { kinds: ['Pod'] } }] },
      validate: { message: 'owner is missing', pattern: { metadata: { labels: { owner: '?*' } } } },
    },
  ],
}

export const THIRD_PARTY_ROWS: readonly ThirdPartyRow[] = [
  {
    ...{ type: 'argoproj.io/v1alpha1 Rollout', plural: 'rollouts' },
    ...{ module: 'github.com/argoproj/argo-rollouts@v1.8.3', file: 'manifests/crds/rollout-crd.yaml' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'app' } },
      template: pods('app'),
      strategy: { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } },
    },
    statuses: [rollout('Healthy', 2), rollout('Progressing', 1)],
  },
  {
    ...{ type: 'argoproj.io/v1alpha1 Workflow', plural: 'workflows' },
    module: 'github.com/argoproj/argo-workflows/v3@v3.6.5',
    file: 'manifests/base/crds/minimal/argoproj.io_workflows.yaml',
    spec: { entrypoint: 'main', templates: [{ name: 'main', container: container('main') }] },
    statuses: [
      { phase: 'Running', startedAt: EARLY, progress: '0/1' },
      { phase: 'Succeeded', startedAt: EARLY, finishedAt: LATE, progress: '1/1' },
    ],
  },
  {
    ...{ type: 'cert-manager.io/v1 Certificate', plural: 'certificates' },
    ...{
      module: 'github.com/cert-manager/cert-manager@v1.21.2',
      file: 'deploy/crds/cert-manager.io_certificates.yaml',
    },
    spec: { secretName: 'app-tls', dnsNames: ['app.example.com'], issuerRef: { name: 'ca', kind: 'ClusterIssuer' } },
    statuses: [certificate(EARLY, 3), certificate(LATE, 1)],
  },
  {
    ...{ type: 'cluster.x-k8s.io/v1beta1 Cluster', plural: 'clusters' },
    ...{ module: 'sigs.k8s.io/cluster-api@v1.9.6', file: 'config/crd/bases/cluster.x-k8s.io_clusters.yaml' },
    spec: {
      clusterNetwork: { pods: { cidrBlocks: ['10.1.0.0/16'] } },
      infrastructureRef: { apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta1', kind: 'DockerCluster', name: 'app' },
    },
    statuses: [workloadCluster('Provisioned', true), workloadCluster('Provisioning', false)],
  },
  {
    ...{ type: 'keda.sh/v1alpha1 ScaledObject', plural: 'scaledobjects' },
    ...{ module: 'github.com/kedacore/keda/v2@v2.21.0', file: 'config/crd/bases/keda.sh_scaledobjects.yaml' },
    spec: {
      scaleTargetRef: { name: 'app' },
      triggers: [
        { type: 'cron', metadata: { timezone: 'UTC', start: '0 6 * * *', end: '0 20 * * *', desiredReplicas: '3' } },
      ],
    },
    statuses: [scaled('True', EARLY), scaled('False', LATE)],
  },
  {
    ...{ type: 'kubeflow.org/v1 PyTorchJob', plural: 'pytorchjobs' },
    module: 'github.com/kubeflow/training-operator@v1.8.1',
    file: 'manifests/base/crds/kubeflow.org_pytorchjobs.yaml',
    spec: { pytorchReplicaSpecs: { Worker: { replicas: 2, restartPolicy: 'OnFailure', template: pods('pytorch') } } },
    statuses: [training(2, 'Worker', EARLY), training(1, 'Worker', LATE)],
  },
  {
    ...{ type: 'kubeflow.org/v1 TFJob', plural: 'tfjobs' },
    module: 'github.com/kubeflow/training-operator@v1.8.1',
    file: 'manifests/base/crds/kubeflow.org_tfjobs.yaml',
    spec: { tfReplicaSpecs: { Worker: { replicas: 2, restartPolicy: 'OnFailure', template: pods('tensorflow') } } },
    statuses: [training(2, 'Worker', EARLY), training(1, 'Worker', LATE)],
  },
  {
    ...{ type: 'kyverno.io/v1 ClusterPolicy', plural: 'clusterpolicies' },
    ...{ module: 'github.com/kyverno/kyverno@v1.13.4', file: 'config/crds/kyverno/kyverno.io_clusterpolicies.yaml' },
    spec: LABEL_RULE,
    statuses: [kyverno(1), kyverno(1)],
  },
  {
    ...{ type: 'kyverno.io/v1 Policy', plural: 'policies' },
    ...{ module: 'github.com/kyverno/kyverno@v1.13.4', file: 'config/crds/kyverno/kyverno.io_policies.yaml' },
    spec: LABEL_RULE,
    statuses: [kyverno(1), kyverno(1)],
  },
  {
    ...{ type: 'serving.knative.dev/v1 Service', plural: 'services' },
    ...{ module: 'knative.dev/serving@v0.51.0', file: 'config/core/300-resources/service.yaml' },
    spec: { template: { spec: { containers: [{ image: 'registry.example.com/app:1' }] } } },
    statuses: [serving('app-00001', 'http://app.example.com'), serving('app-00002', 'http://app.example.com')],
  },
]

function rollout(phase: string, updated: number): JsonObject {
  return {
    ...{ phase, replicas: 2, updatedReplicas: updated, readyReplicas: 2, availableReplicas: 2, HPAReplicas: 2 },
    ...{ observedGeneration: '1', currentPodHash: '5d4f', stableRS: '5d4f', currentStepIndex: 1, selector: 'app=app' },
    conditions: [updating('Available', EARLY), updating('Progressing', LATE)],
  }
}

function certificate(notAfter: string, revision: number): JsonObject {
  return {
    notBefore: EARLY,
    notAfter,
    renewalTime: notAfter,
    revision,
    conditions: [{ ...says('Ready', 'True'), observedGeneration: 1 }],
  }
}

function workloadCluster(phase: string, isReady: boolean): JsonObject {
  const conditions = [says('Ready', isReady ? 'True' : 'False'), says('InfrastructureReady', 'True', LATE)]
  return { phase, infrastructureReady: true, controlPlaneReady: isReady, observedGeneration: 1, conditions }
}

function scaled(active: string, lastActiveTime: string): JsonObject {
  const conditions = ['Ready', 'Active', 'Fallback', 'Paused'].map(type => ({
    ...{ type, status: type === 'Active' ? active : type === 'Ready' ? 'True' : 'False', reason: 'R', message: 'm' },
  }))
  return {
    ...{ conditions, hpaName: 'keda-hpa-app', lastActiveTime, originalReplicaCount: 1 },
    ...{ scaleTargetKind: 'apps/v1.Deployment', externalMetricNames: ['s0-cron'] },
    scaleTargetGVKR: { group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments' },
  }
}

function serving(revision: string, url: string): JsonObject {
  return {
    ...{ observedGeneration: 1, latestCreatedRevisionName: revision, latestReadyRevisionName: revision, url },
    address: { url: 'http://app.default.svc.cluster.local' },
    traffic: [{ latestRevision: true, percent: 100, revisionName: revision }],
    conditions: ['ConfigurationsReady', 'Ready', 'RoutesReady'].map(type => says(type, 'True')),
  }
}
