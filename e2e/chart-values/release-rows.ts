// What each other value changes (scripts/chart-schema.ts).
import {
  at,
  configuration,
  container,
  deployment,
  everywhere,
  has,
  type Look,
  mayHandle,
  pod,
  type ValueRow,
} from './look.ts'

const AS_AGENT = { mode: 'agent', 'agent.clusterName': 'm1' }

/** Whether the configuration file has these words. */
const mentions =
  (words: string): Look =>
  objects =>
    String(configuration(objects)).includes(words)

const DIGEST = `sha256:${'0'.repeat(64)}`

const EXTRA = { apiVersion: 'v1', kind: 'Secret', metadata: { name: '{{ .Release.Name }}-extra' } }

const IMAGE_ROWS: readonly ValueRow[] = [
  { value: 'replicas', set: 3, look: deployment('replicas'), want: 3 },
  {
    value: 'image.registry',
    set: 'mirror.example.com/cache/',
    look: container('image'),
    want: 'mirror.example.com/cache/flotilla:0.1.0',
    with: {},
  },
  { value: 'image.repository', set: 'fleet/op', look: container('image'), want: 'fleet/op:0.1.0', with: {} },
  { value: 'image.tag', set: 'v9', look: container('image'), want: 'flotilla:v9', with: {} },
  {
    value: 'image.digest',
    set: DIGEST,
    look: container('image'),
    want: `flotilla@${DIGEST}`,
    with: { 'image.tag': 'v9' },
  },
  { value: 'image.pullPolicy', set: 'Always', look: container('imagePullPolicy'), want: 'Always' },
  { value: 'imagePullSecrets', set: [{ name: 'r' }], look: pod('imagePullSecrets'), want: [{ name: 'r' }] },
]

const AGENT_ROWS: readonly ValueRow[] = [
  { value: 'mode', set: 'agent', look: mentions('mode: agent'), want: true, with: { 'agent.clusterName': 'm1' } },
  { value: 'agent.clusterName', set: 'm2', look: mentions('clusterName: m2'), want: true, with: AS_AGENT },
  { value: 'agent.hostSecret', set: 'way', look: mentions('hostSecret: way'), want: true, with: AS_AGENT },
  {
    value: 'agent.permissions',
    set: 'cluster-admin',
    look: at('ClusterRoleBinding', 'roleRef', 'name'),
    want: 'cluster-admin',
    with: AS_AGENT,
  },
]

const NAME_ROWS: readonly ValueRow[] = [
  { value: 'nameOverride', set: 'fleet', look: at('Deployment', 'metadata', 'name'), want: 'flotilla-fleet', with: {} },
  { value: 'fullnameOverride', set: 'fleet', look: at('Deployment', 'metadata', 'name'), want: 'fleet', with: {} },
  { value: 'commonLabels', set: { team: 'fleet' }, look: everywhere('labels', 'team'), want: true, with: {} },
  { value: 'commonAnnotations', set: { note: 'x' }, look: everywhere('annotations', 'note'), want: true, with: {} },
  {
    value: 'config',
    set: { logLevel: 'debug' },
    look: objects => String(configuration(objects)).includes('logLevel: debug'),
    want: true,
  },
  {
    value: 'failover',
    set: { mode: 'auto', tolerationSeconds: 60 },
    look: objects => /failover:\n {2}mode: auto\n {2}tolerationSeconds: 60/.test(String(configuration(objects))),
    want: true,
  },
  {
    value: 'crds.install',
    set: false,
    look: objects => String(configuration(objects)).includes('installCrds: false'),
    want: true,
  },
  { value: 'parking.policies', set: 'chart', look: has('MutatingAdmissionPolicy'), want: true },
  { value: 'clusterNamespace.create', set: false, look: has('Namespace'), want: false },
  { value: 'extraObjects', set: [EXTRA], look: has('Secret', 'flotilla-extra'), want: true },
]

const RIGHT_ROWS: readonly ValueRow[] = [
  {
    value: 'templates.kinds',
    set: { apps: { deployments: false } },
    look: mayHandle('apps', 'deployments'),
    want: false,
  },
  { value: 'rbac.create', set: false, look: has('ClusterRole'), want: false, with: {} },
  {
    value: 'rbac.propagate',
    set: ['secrets', 'widgets.example.com/status'],
    look: objects => [
      mayHandle('', 'secrets')(objects),
      mayHandle('example.com', 'widgets')(objects),
      mayHandle('example.com', 'widgets/status')(objects),
    ],
    want: [true, true, true],
  },
  { value: 'rbac.aggregate', set: false, look: has('ClusterRole', '-aggregated'), want: false },
  { value: 'rbac.userRoles', set: false, look: has('ClusterRole', '-edit'), want: false },
  { value: 'serviceAccount.create', set: false, look: has('ServiceAccount'), want: false, with: {} },
  { value: 'serviceAccount.name', set: 'captain', look: pod('serviceAccountName'), want: 'captain' },
  {
    value: 'serviceAccount.annotations',
    set: { a: 'b' },
    look: at('ServiceAccount', 'metadata', 'annotations', 'a'),
    want: 'b',
  },
  { value: 'serviceAccount.automount', set: false, look: pod('automountServiceAccountToken'), want: false },
]

export const RELEASE_ROWS: readonly ValueRow[] = [...IMAGE_ROWS, ...AGENT_ROWS, ...NAME_ROWS, ...RIGHT_ROWS]
