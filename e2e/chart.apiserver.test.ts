import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { parse } from 'yaml'
import { declaredGrants, grantsOfRoles } from '../scripts/rbac-grants.ts'
import { DEFAULT_TEMPLATE_KINDS } from '../src/api/template-kinds.ts'
import { configure, DEFAULT_CONFIGURATION } from '../src/configuration.ts'
import { DECLARED_RULES } from '../src/host-rules.ts'
import { listAt, objectAt, stringAt, valueAt } from '../src/object/field.ts'
import { CHART, OPERATOR_NAMESPACE, RELEASE } from './chart.ts'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from './controlplane/start-apiserver.ts'
import { waitFor } from './controlplane/wait.ts'
import { findObject, type Rendering, renderChart } from './render-chart.ts'

// The first run compiles Helm.
jest.setTimeout(600_000)

let apiserver: Apiserver

beforeAll(async () => {
  apiserver = await startApiserver()
}, START_TIMEOUT_MS)

afterAll(() => apiserver?.stop())

const helm = (args: readonly string[], values: object = {}): Promise<string> =>
  apiserver.cluster.helm([...args, '--values', '-'], JSON.stringify(values))

const render = (values: object = {}, rendering: Rendering = {}) => renderChart(apiserver.cluster, values, rendering)

const install = (values: object = {}): Promise<string> =>
  helm(['upgrade', '--install', RELEASE, CHART, '--namespace', OPERATOR_NAMESPACE, '--create-namespace'], values)

const everything = {
  replicas: 3,
  image: { repository: 'registry.example.com:5000/fleet/flotilla', digest: `sha256:${'0'.repeat(64)}` },
  imagePullSecrets: [{ name: 'registry' }],
  config: {
    bindAddress: '[::]:9090',
    logLevel: 'debug',
    leaderElection: { leaseName: 'fleet', leaseDurationMs: 86_400_000 },
    limits: { member: { qps: 0.5, burst: 1 } },
    skippedPropagatingNamespaces: ['kube-.*', 'a: "b" # c'],
  },
  templates: {
    kinds: {
      core: { secrets: 'propagate' },
      apps: null,
      'example.com': { '*': 'aggregate' },
      'rbac.authorization.k8s.io': { roles: 'propagate', rolebindings: 'propagate' },
    },
  },
  serviceAccount: { annotations: { note: 'yes' }, automount: false },
  rbac: { propagate: ['gadgets.example.org/status'] },
  networkPolicy: { enabled: true, ingressFrom: [{ podSelector: {} }], egress: [{}] },
  grafanaDashboard: { enabled: true },
  parking: { policies: 'chart' },
  commonLabels: { team: 'fleet' },
  commonAnnotations: { note: 'yes' },
  extraArgs: ['--log-format=json'],
  extraVolumes: [
    { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 600 } }] } },
  ],
  extraVolumeMounts: [{ name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
  hostAliases: [{ ip: '10.0.0.8', hostnames: ['member1'] }],
  strategy: { rollingUpdate: { maxUnavailable: 0 } },
  extraObjects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{{ .Release.Name }}-extra' } }],
  service: { port: 1, annotations: { 'prometheus.io/scrape': 'true' } },
  podAnnotations: { a: 'b' },
  podLabels: { team: 'fleet', 'app.kubernetes.io/name': 'not-this' },
  env: [{ name: 'TZ', value: 'UTC' }],
  tolerations: [{ operator: 'Exists' }],
  affinity: { podAntiAffinity: {} },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: {} },
  ],
  priorityClassName: 'system-cluster-critical',
}
const nothing = {
  replicas: 0,
  resources: null,
  crds: { install: false },
  clusterNamespace: { create: false },
  templates: { kinds: null },
  serviceAccount: { create: false, name: 'somebody' },
  rbac: { create: false },
  service: { enabled: false },
  nodeSelector: null,
}

describe('the chart', () => {
  it.each([
    { name: 'its own values', values: {} },
    { name: 'everything', values: everything },
  ])('passes lint and the apiserver with $name', async ({ values }) => {
    await helm(['lint', CHART, '--strict', '--kube-version', 'v1.30.0'], values)
    const objects = await render(values)
    // Namespaces first: a dry run does not create them.
    await apiserver.cluster.kubectl(['create', 'namespace', OPERATOR_NAMESPACE]).catch(() => '')
    await apiserver.cluster.kubectl(['create', 'namespace', 'karmada-cluster']).catch(() => '')
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-']
    const applied = await apiserver.cluster.kubectl(args, list)
    expect(applied.trim().split('\n')).toHaveLength(objects.length)
  })

  it('grants its ServiceAccount what controllers declare, no more and no less', async () => {
    const names = { 'leaderElection.leaseName': RELEASE, ownerClusterRole: RELEASE }
    const release = { namespace: OPERATOR_NAMESPACE, names, kinds: DEFAULT_TEMPLATE_KINDS }
    // With everything switched on that is off by default.
    const granted = grantsOfRoles(await render({ config: { sharing: { enabled: true } } }), RELEASE)
    expect(granted).toEqual(declaredGrants(DECLARED_RULES, release))
  })

  it('leaves out what is switched off', async () => {
    const { resources: _resources, nodeSelector: _selector, templates: _templates, ...values } = nothing
    const kinds = (await render(values)).map(object => stringAt(object, 'kind'))
    expect(kinds).toEqual(['ConfigMap', 'Deployment'])
  })

  it('refuses values taken away, by name', async () => {
    await expect(render(nothing)).rejects.toThrow(/resources/)
  })

  it('fits names of any length', async () => {
    const release = 'r'.repeat(53)
    const values = { replicas: 2, networkPolicy: { enabled: true }, grafanaDashboard: { enabled: true } }
    const objects = await render(values, { release, namespace: 'n'.repeat(63) })
    // A Service is a name in DNS; Pods get a suffix of their own. Roles may be called anything.
    const named = objects.filter(object => !stringAt(object, 'kind')?.includes('Role'))
    const names = named.map(object => stringAt(object, 'metadata', 'name') ?? '')
    expect(Math.max(...names.map(name => name.length))).toBeLessThanOrEqual(63)
  })

  it.each([
    { name: 'its own values', values: {} },
    { name: 'everything', values: everything },
    { name: 'somebody else for the CRDs', values: { crds: { install: false } } },
  ])('renders a configuration that the operator takes, with $name', async ({ values }) => {
    const file = stringAt(findObject(await render(values), 'ConfigMap'), 'data', 'config.yaml') ?? ''
    const own = 'config' in values ? values.config : {}
    const installCrds = !('crds' in values)
    const parking = { installPolicies: !('parking' in values) }
    const release = { namespace: OPERATOR_NAMESPACE, installCrds, ownerClusterRole: RELEASE, parking }
    expect(configure(parse(file))).toEqual(configure(own, release))
    expect(DEFAULT_CONFIGURATION.namespace).toBe(OPERATOR_NAMESPACE)
  })

  it('probes the port that the operator listens on', async () => {
    const deployment = findObject(await render(everything), 'Deployment')
    const [container] = listAt(deployment, 'spec', 'template', 'spec', 'containers')
    expect(listAt(container, 'ports')).toEqual([{ name: 'http', containerPort: 9090 }])
  })

  it('refuses several replicas without a lease', async () => {
    const values = { replicas: 2, config: { leaderElection: { enabled: false } } }
    await expect(render(values)).rejects.toThrow('replicas above 1 need config.leaderElection.enabled')
  })

  it('refuses what its schema does not know', async () => {
    await expect(render({ replicaCount: 2 })).rejects.toThrow('replicaCount')
  })
})

describe('its Pod', () => {
  it('fits the restricted Pod security standard', async () => {
    const { cluster } = apiserver
    // With its label from the start: a namespace that admission does not know yet is read, one that it knows is not.
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'restricted', labels } }
    await cluster.kubectl(['create', '-f', '-'], JSON.stringify(namespace))
    const spec = objectAt(findObject(await render(everything), 'Deployment'), 'spec', 'template', 'spec')
    const pod = { ...spec, serviceAccountName: 'default', automountServiceAccountToken: false, priorityClassName: '' }
    // No controller makes the ServiceAccount here.
    await cluster.kubectl(['-n', 'restricted', 'create', 'serviceaccount', 'default'])
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'operator', namespace: 'restricted' }, spec: pod }
    await expect(cluster.kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(object))).resolves.toContain(
      'created',
    )
    const root = JSON.stringify({ ...object, spec: { ...pod, securityContext: { runAsUser: 0 } } })
    await expect(cluster.kubectl(['create', '--dry-run=server', '-f', '-'], root)).rejects.toThrow('PodSecurity')
  })
})

interface Access {
  readonly verb: string
  /** `plural.group/subresource` */
  readonly resource: string
  readonly namespace?: string
  readonly name?: string
}

/** What `kubectl auth can-i` asks for somebody else. */
async function mayOperator({ verb, resource, namespace, name }: Access): Promise<boolean> {
  const [path = '', subresource] = resource.split('/')
  const [plural, ...group] = path.split('.')
  const resourceAttributes = { verb, resource: plural, group: group.join('.'), subresource, namespace, name }
  const user = `system:serviceaccount:${OPERATOR_NAMESPACE}:${RELEASE}`
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${OPERATOR_NAMESPACE}`, 'system:authenticated']
  const reviews = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, groups, resourceAttributes },
  }
  const review = await apiserver.cluster.request(reviews, { method: 'POST', body })
  return valueAt(review, 'status', 'allowed') === true
}

/** Waits for the answer: roles that were just made, or changed, take a moment to hold. */
const answered = (access: Access, want: boolean): Promise<true> =>
  waitFor(async () => (await mayOperator(access)) === want || undefined, {
    until: `${want ? 'may' : 'may not'} ${title(access)}`,
    timeoutMs: 60_000,
  })

const title = ({ verb, resource, namespace = 'any namespace', name }: Access): string =>
  `${verb} ${resource}${name === undefined ? '' : ` ${name}`} in ${namespace}`
const rows = (accesses: readonly Access[]) => accesses.map(access => ({ title: title(access), access }))

describe('its ServiceAccount', () => {
  beforeAll(async () => {
    await install({ replicas: 0 })
  })

  it.each(
    rows([
      { verb: 'create', resource: 'leases.coordination.k8s.io', namespace: OPERATOR_NAMESPACE },
      { verb: 'update', resource: 'leases.coordination.k8s.io', namespace: OPERATOR_NAMESPACE, name: 'flotilla' },
      { verb: 'watch', resource: 'secrets', namespace: 'karmada-cluster' },
      { verb: 'watch', resource: 'secrets', namespace: OPERATOR_NAMESPACE },
      { verb: 'create', resource: 'events', namespace: 'default' },
      { verb: 'create', resource: 'namespaces' },
      { verb: 'patch', resource: 'clusters.cluster.karmada.io/status' },
      { verb: 'delete', resource: 'works.work.karmada.io', namespace: 'karmada-es-member1' },
      { verb: 'patch', resource: 'clusterresourcebindings.work.karmada.io/status' },
      { verb: 'patch', resource: 'deployments.apps', namespace: 'default' },
      { verb: 'patch', resource: 'deployments.apps/status', namespace: 'default' },
      { verb: 'update', resource: 'deployments.apps/finalizers', namespace: 'default' },
      { verb: 'list', resource: 'configmaps' },
      {
        verb: 'patch',
        resource: 'customresourcedefinitions.apiextensions.k8s.io',
        name: 'works.work.karmada.io',
      },
      {
        verb: 'create',
        resource: 'validatingadmissionpolicies.admissionregistration.k8s.io',
        name: 'flotilla-deletion-protection',
      },
    ]),
  )('may $title', async ({ access }) => {
    await answered(access, true)
  })

  it.each(
    rows([
      { verb: '*', resource: '*.*' },
      { verb: 'get', resource: 'secrets', namespace: 'kube-system' },
      { verb: 'list', resource: 'secrets' },
      { verb: 'create', resource: 'secrets', namespace: OPERATOR_NAMESPACE },
      { verb: 'update', resource: 'leases.coordination.k8s.io', namespace: 'default', name: 'another' },
      { verb: 'update', resource: 'leases.coordination.k8s.io', namespace: 'kube-system', name: 'flotilla' },
      { verb: 'create', resource: 'pods', namespace: 'default' },
      { verb: 'create', resource: 'pods/exec', namespace: 'default' },
      { verb: 'create', resource: 'serviceaccounts/token', namespace: 'kube-system' },
      { verb: 'create', resource: 'deployments.apps', namespace: 'default' },
      { verb: 'delete', resource: 'deployments.apps', namespace: 'default' },
      { verb: 'patch', resource: 'configmaps/status', namespace: 'default' },
      { verb: 'patch', resource: 'nodes' },
      { verb: 'get', resource: 'clusterroles.rbac.authorization.k8s.io' },
      { verb: 'escalate', resource: 'clusterroles.rbac.authorization.k8s.io' },
      { verb: 'bind', resource: 'clusterroles.rbac.authorization.k8s.io' },
      { verb: 'impersonate', resource: 'users' },
      { verb: 'delete', resource: 'clusters.cluster.karmada.io' },
      { verb: 'create', resource: 'propagationpolicies.policy.karmada.io', namespace: 'default' },
      { verb: 'delete', resource: 'customresourcedefinitions.apiextensions.k8s.io', name: 'works.work.karmada.io' },
      { verb: 'patch', resource: 'customresourcedefinitions.apiextensions.k8s.io', name: 'widgets.example.com' },
      {
        verb: 'delete',
        resource: 'validatingadmissionpolicies.admissionregistration.k8s.io',
        name: 'somebody-elses',
      },
      { verb: 'get', resource: 'widgets.example.com', namespace: 'default' },
    ]),
  )('may not $title', async ({ access }) => {
    expect(await mayOperator(access)).toBe(false)
  })

  it('follows the values', async () => {
    const { kinds } = everything.templates
    const values = { replicas: 0, crds: { install: false }, templates: { kinds }, rbac: everything.rbac }
    await install({ ...values, config: { parking: { mode: 'off' } } })
    const allowed = (verb: string, resource: string) => answered({ verb, resource }, true)
    const refused = (verb: string, resource: string) => answered({ verb, resource }, false)
    await allowed('list', 'secrets')
    await allowed('patch', 'widgets.example.com/status')
    await allowed('patch', 'gadgets.example.org/status')
    await allowed('list', 'gadgets.example.org')
    await allowed('update', 'widgets.example.com/finalizers')
    await allowed('escalate', 'roles.rbac.authorization.k8s.io')
    await allowed('bind', 'roles.rbac.authorization.k8s.io')
    await refused('patch', 'deployments.apps')
    await refused('patch', 'customresourcedefinitions.apiextensions.k8s.io')
    await refused('list', 'validatingadmissionpolicies.admissionregistration.k8s.io')
    await install(values)
    // Whoever registers the policies that park, the operator looks whether they are there.
    await allowed('list', 'mutatingadmissionpolicies.admissionregistration.k8s.io')
    await refused('patch', 'mutatingadmissionpolicies.admissionregistration.k8s.io')
  })
})

describe('installing', () => {
  it('leaves a namespace karmada-cluster that somebody else made to them, and does not take it away', async () => {
    const { cluster } = apiserver
    const read = () => cluster.request('/api/v1/namespaces/karmada-cluster')
    const before = await read()
    await install({ replicas: 0 })
    const owner = stringAt(before, 'metadata', 'annotations', 'meta.helm.sh/release-name')
    expect(stringAt(await read(), 'metadata', 'annotations', 'meta.helm.sh/release-name')).toBe(owner)
    await cluster.helm(['uninstall', RELEASE, '--namespace', OPERATOR_NAMESPACE])
    expect(stringAt(await read(), 'metadata', 'deletionTimestamp')).toBeUndefined()
    await install({ replicas: 0 })
  })

  it('tells what to do next', async () => {
    const notes = await install({ replicas: 0, crds: { install: false } })
    expect(notes).toContain('kubectl flotilla join member1 --cluster-kubeconfig <file>')
    expect(notes).toContain('crds.install is off')
  })
})
