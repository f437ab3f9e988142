import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { findCondition } from '../src/object/condition.ts'
import { listAt, stringAt } from '../src/object/field.ts'
import { installChart, OPERATOR_NAMESPACE, RELEASE } from './chart.ts'
import { type AnyObject, apply, eventually, everywhere, nowhere, readObject } from './cluster-view.ts'
import { ensureBinaries } from './controlplane/binaries.ts'
import { run } from './controlplane/command.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { joinMembers } from './joining.ts'
import { readMembers, versionsOf } from './member-state.ts'
import type { RunningOperator } from './operator.ts'
import { quiet } from './settled.ts'
import { configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

// The chart's life on a host with all controllers: rights that come later, two replicas, its end and its return.

jest.setTimeout(300_000)

// Two Pods that a node runs only in name: the processes beside the host are what works.
const VALUES = { replicas: 2, templates: { kinds: { 'networking.k8s.io': { ingresses: 'propagate' } } } }
const fleet = useFleet({
  host: { kind: 'ordinary', nodes: { count: 3 } },
  members: 1,
  values: VALUES,
})
const NAMESPACE = 'story'
let host: ControlPlane
let member: ControlPlane
let operator: RunningOperator

beforeAll(async () => {
  host = fleet.host
  member = fleet.member('member1')
  operator = fleet.operator
  await newNamespace(host, NAMESPACE)
  await apply(
    host,
    propagationPolicy({ name: 'settings', namespace: NAMESPACE }, [
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { apiVersion: 'apps/v1', kind: 'Deployment' },
    ]),
    configMap({ name: 'settings', namespace: NAMESPACE }, { a: '1' }),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: NAMESPACE },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'web:1' }] },
        },
      },
    },
  )
  await everywhere([member], settings, () => true)
  await everywhere([member], web, object => object.status?.readyReplicas === 2)
})

const web = { kind: 'deployment', name: 'web', namespace: NAMESPACE }
const settings = { kind: 'configmap', name: 'settings', namespace: NAMESPACE }

/** The operator has worked through everything that there is when this has arrived. */
async function processed(mark: string): Promise<void> {
  await apply(host, configMap({ name: 'mark', namespace: NAMESPACE }, { mark }))
  await everywhere([member], { ...settings, name: 'mark' }, object => object.data.mark === mark)
}

async function start(name: string, wait = true): Promise<RunningOperator> {
  return fleet.startOperator(name, { values: VALUES, wait })
}

async function eventOn(kind: string, name: string, reason: string): Promise<string> {
  return eventually(`${kind} ${name} has the event ${reason}`, async () => {
    const { items } = (await host.request(`/api/v1/namespaces/${NAMESPACE}/events`)) as AnyObject
    return items.find(
      (event: AnyObject) =>
        event.involvedObject.kind === kind && event.involvedObject.name === name && event.reason === reason,
    )?.message
  })
}

const metric = async ({ metricsUrl }: RunningOperator, name: string): Promise<string | undefined> =>
  new RegExp(`^${name} (.+)$`, 'm').exec(await (await fetch(metricsUrl)).text())?.[1]

describe('its Pods', () => {
  /** Nodes of the Pods, once all are placed. */
  const nodesOfPods = (): Promise<readonly string[]> =>
    eventually('two Pods are placed', async () => {
      const pods = `/api/v1/namespaces/${OPERATOR_NAMESPACE}/pods?labelSelector=app.kubernetes.io/name=flotilla`
      const living = listAt(await host.request(pods), 'items').filter(
        pod => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined,
      )
      const nodes = living.flatMap(pod => stringAt(pod, 'spec', 'nodeName') ?? [])
      return nodes.length === 2 && living.length === 2 && nodes
    })

  it('run on different nodes, and a drain takes one at a time', async () => {
    expect(new Set(await nodesOfPods()).size).toBe(2)
    const budget = `/apis/policy/v1/namespaces/${OPERATOR_NAMESPACE}/poddisruptionbudgets/${RELEASE}`
    await eventually('one of them may go', async () => {
      const { status } = (await host.request(budget)) as AnyObject
      return status?.disruptionsAllowed === 1 && status.expectedPods === 2
    })
  })

  it('run in different zones, where there are some', async () => {
    const prefixes = ['zone-a', 'zone-b']
    for (const prefix of prefixes) {
      await host.addNodes({ count: 2, prefix, labels: { 'topology.kubernetes.io/zone': prefix } })
    }
    await host.kubectl(['cordon', '--selector', '!topology.kubernetes.io/zone'])
    await host.kubectl(['rollout', 'restart', 'deployment', RELEASE, '--namespace', OPERATOR_NAMESPACE])
    await host.kubectl(['rollout', 'status', 'deployment', RELEASE, '--namespace', OPERATOR_NAMESPACE])
    const nodes = await nodesOfPods()
    expect(nodes.map(node => node.slice(0, 'zone-x'.length)).sort()).toEqual(prefixes)
  })
})

describe('people with a role of Kubernetes in a namespace', () => {
  it.each([
    { role: 'view', verb: 'list', resource: 'propagationpolicies.policy.karmada.io', want: true },
    { role: 'view', verb: 'get', resource: 'resourcebindings.work.karmada.io', want: true },
    { role: 'view', verb: 'create', resource: 'propagationpolicies.policy.karmada.io', want: false },
    { role: 'view', verb: 'get', resource: 'works.work.karmada.io', want: false },
    { role: 'edit', verb: 'create', resource: 'propagationpolicies.policy.karmada.io', want: true },
    { role: 'admin', verb: 'delete', resource: 'overridepolicies.policy.karmada.io', want: true },
    { role: 'edit', verb: 'patch', resource: 'resourcebindings.work.karmada.io', want: false },
    { role: 'admin', verb: 'create', resource: 'clusterpropagationpolicies.policy.karmada.io', want: false },
    { role: 'admin', verb: 'get', resource: 'clusters.cluster.karmada.io', want: false },
  ])('$role: $verb $resource is $want', async ({ role, verb, resource, want }) => {
    const binding = `--clusterrole=${role}`
    const name = `${role}-of-story`
    const args = ['create', 'rolebinding', name, binding, `--user=${role}`, `--namespace=${NAMESPACE}`]
    await host.kubectl(args).catch(() => '')
    await eventually(`the answer is ${want}`, async () => {
      const question = ['auth', 'can-i', verb, resource, `--as=${role}`, `--namespace=${NAMESPACE}`]
      const answer = await host.kubectl(question).catch(String)
      return answer.startsWith('yes') === want
    })
  })
})

const widget = { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'one', namespace: NAMESPACE } }
const WIDGETS = `/apis/example.org/v1/namespaces/${NAMESPACE}/widgets/one`

function definition(): object {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  }
}

function labelledRole(name: string, rules: readonly object[]): object {
  const labels = { 'rbac.flotilla.dev/aggregate-to-operator': 'true' }
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name, labels }, rules }
}

describe('a right that is missing', () => {
  it('to read a kind is told on the policy, and taken up when a labelled ClusterRole gives it', async () => {
    await Promise.all([host, member].map(cluster => apply(cluster, definition())))
    await eventually('the kind is served', () =>
      apply(host, widget).then(
        () => true,
        () => false,
      ),
    )
    const policy = propagationPolicy({ name: 'widgets', namespace: NAMESPACE }, [
      { apiVersion: 'example.org/v1', kind: 'Widget' },
    ])
    await apply(host, policy)
    const message = await eventOn('PropagationPolicy', 'widgets', 'ListTemplatesFailed')
    expect(message).toContain('cannot list resource "widgets" in API group "example.org"')
    expect(message).toContain('templates.kinds: {example.org: {widgets: propagate}}')
    await processed('in spite of the widgets')
    expect((await fetch(operator.metricsUrl.replace('metrics', 'readyz'))).ok).toBe(true)

    const group = { apiGroups: ['example.org'] }
    const toRead = { ...group, resources: ['widgets'], verbs: ['get', 'list', 'watch'] }
    await apply(host, labelledRole('widgets-for-the-fleet', [toRead]))
    for (const [kind, name] of [['Widget', 'one'] as const, ['PropagationPolicy', 'widgets'] as const]) {
      const refusal = await eventOn(kind, name, 'ApplyPolicyFailed')
      expect(refusal).toContain('cannot patch resource "widgets" in API group "example.org"')
    }
    await apply(
      host,
      labelledRole('widgets-for-the-fleet', [
        { ...toRead, verbs: [...toRead.verbs, 'patch'] },
        { ...group, resources: ['widgets/finalizers'], verbs: ['update'] },
      ]),
    )
    await eventually('the widget is in the member', () =>
      member.request(WIDGETS).then(
        () => true,
        () => false,
      ),
    )
  })

  it('to write a status is a condition on the binding, until it is there', async () => {
    const backend = { service: { name: 'web', port: { number: 80 } } }
    const ingress = { kind: 'Ingress', metadata: { name: 'web', namespace: NAMESPACE } }
    const selector = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }
    await apply(
      host,
      { apiVersion: selector.apiVersion, ...ingress, spec: { defaultBackend: backend } },
      propagationPolicy({ name: 'ingresses', namespace: NAMESPACE }, [selector]),
    )
    const path = `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses/web`
    const body = { status: { loadBalancer: { ingress: [{ ip: '10.1.2.3' }] } } }
    await eventually('the member has an address for it', () =>
      member.request(`${path}/status`, { method: 'PATCH', body }).then(
        () => true,
        () => false,
      ),
    )
    const condition = async () => {
      const binding = await readObject(host, { kind: 'rb', name: 'web-ingress', namespace: NAMESPACE })
      return findCondition<AnyObject>(binding?.status?.conditions, 'StatusAggregated')
    }
    const told = await eventually('the binding tells of it', condition)
    expect(told).toMatchObject({ status: 'False', reason: 'Forbidden' })
    expect(told.message).toContain('templates.kinds: {networking.k8s.io: {ingresses: aggregate}}')
    await eventOn('ResourceBinding', 'web-ingress', 'AggregateStatusFailed')

    const rule = { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['patch'] }
    await apply(host, labelledRole('ingress-status-for-the-fleet', [rule]))
    await eventually('the template has the address', async () => {
      return stringAt(listAt(await host.request(path), 'status', 'loadBalancer', 'ingress')[0], 'ip') === '10.1.2.3'
    })
    await eventually('the binding tells of nothing', async () => (await condition()) === undefined)
  })
})

describe('two replicas', () => {
  it('take over from each other, killed or told to end, and one of them leads', async () => {
    const second = await start('second')
    expect([await metric(operator, 'flotilla_leader'), await metric(second, 'flotilla_leader')]).toEqual(['1', '0'])
    await operator.process.kill()
    await processed('by the second')
    expect(await metric(second, 'flotilla_leader')).toBe('1')
    operator.process.start()
    await operator.ready()
    expect(await metric(operator, 'flotilla_leader')).toBe('0')
    await second.process.stop()
    await processed('by the first again')
    expect(await metric(operator, 'flotilla_leader')).toBe('1')
  })
})

/** Runs the commands under a heading of the page, as they stand there. */
async function follow(heading: string): Promise<void> {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'how-to', 'uninstall.md'), 'utf8')
  const section = page.split(/^## /m).find(part => part.startsWith(heading)) ?? ''
  const commands = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text).join('\n')
  expect(commands).toContain('helm uninstall')
  const binaries = await ensureBinaries(['kubectl', 'helm'])
  const programs = `kubectl() { '${binaries.path('kubectl')}' "$@"; }; helm() { '${binaries.path('helm')}' "$@"; }`
  const script = `${programs}; export -f kubectl helm; set -euo pipefail\n${commands}`
  await run('bash', ['-c', script], { env: { KUBECONFIG: host.kubeconfigPath }, timeoutMs: 240_000 })
}

/** As the Pod, whose Deployment is gone. */
async function end(): Promise<void> {
  await operator.process.stop()
}

const admissionPolicies = async (): Promise<number> => {
  const found = await Promise.all(
    ['validating', 'mutating']
      .flatMap(kind => [`${kind}admissionpolicies`, `${kind}admissionpolicybindings`])
      .map(plural => {
        const path = `/apis/admissionregistration.k8s.io/v1/${plural}`
        return host.request(`${path}?labelSelector=app.kubernetes.io/part-of=flotilla`)
      }),
  )
  return found.flatMap(list => listAt(list, 'items')).length
}

/** Nothing of a template runs on the host. */
async function expectParked(): Promise<void> {
  expect((await readObject(host, web)).spec.paused).toBe(true)
  const sets = `/apis/apps/v1/namespaces/${NAMESPACE}/replicasets`
  expect(listAt(await host.request(sets), 'items')).toEqual([])
}

describe('uninstalled', () => {
  it('it leaves members as they are, and no admission policy behind', async () => {
    await quiet({ host, members: fleet.members, operator })
    const before = await readMembers([member], NAMESPACE, ['mark'])
    expect(await admissionPolicies()).toBeGreaterThan(0)
    await end()
    await follow('The operator only')
    await eventually('the admission policies are gone', async () => (await admissionPolicies()) === 0)
    const labels = { 'resourcetemplate.karmada.io/deletion-protected': 'Always' }
    await apply(host, configMap({ name: 'protected', namespace: 'default', labels }))
    // An apiserver goes by the policies that its own watch knows, about a second late.
    const remove = () => host.kubectl(['delete', 'configmap', 'protected']).then(() => true)
    await eventually('nothing is protected any more', () => remove().catch(() => false))
    expect(versionsOf(await readMembers([member], NAMESPACE, ['mark']))).toEqual(versionsOf(before))
    await expectParked()
  })

  it('installed again it goes on, without a write to what members have', async () => {
    const before = await readMembers([member], NAMESPACE, ['mark'])
    operator = await start('installed-again')
    await processed('by the one that was installed again')
    expect(await admissionPolicies()).toBeGreaterThan(0)
    expect(versionsOf(await readMembers([member], NAMESPACE, ['mark']))).toEqual(versionsOf(before))
  })

  it('it goes from the host altogether, and members stay as they are', async () => {
    await quiet({ host, members: fleet.members, operator })
    const before = await readMembers([member], NAMESPACE)
    await end()
    await follow('All of it from the host')
    const crds = await host.kubectl(['get', 'crds', '--output', 'name'])
    expect(crds).not.toContain('karmada.io')
    expect(await host.kubectl(['get', 'namespaces', '--output', 'name'])).not.toContain('karmada-')
    expect(versionsOf(await readMembers([member], NAMESPACE))).toEqual(versionsOf(before))
    await expectParked()
  })

  it('installed without roles it is not ready and says why, until they are there', async () => {
    const without = { ...VALUES, rbac: { create: false } }
    operator = await fleet.startOperator('last', { values: without, wait: false })
    const told = (what: string) =>
      eventually(`it says: ${what}`, async () => {
        const answer = await fetch(operator.metricsUrl.replace(/metrics$/, 'readyz')).catch(() => undefined)
        return answer?.status === 503 && (await answer.text()).includes(what)
      })
    await told('cannot get resource "leases" in API group "coordination.k8s.io"')
    const subject = `--serviceaccount=${OPERATOR_NAMESPACE}:${RELEASE}`
    const leases = ['--verb=get,list,watch,create,update', '--resource=leases.coordination.k8s.io']
    await host.kubectl(['create', 'role', 'leases', ...leases, '--namespace', OPERATOR_NAMESPACE])
    const binding = ['create', 'rolebinding', 'leases', '--role=leases', subject, '--namespace', OPERATOR_NAMESPACE]
    await host.kubectl(binding)
    await told('is forbidden')
    await installChart(host, VALUES)
    await operator.ready()
  })

  it('with everything in members, when that is wanted', async () => {
    await joinMembers(fleet)
    await newNamespace(host, 'last')
    await apply(
      host,
      propagationPolicy({ name: 'all', namespace: 'last' }, [{ apiVersion: 'v1', kind: 'ConfigMap' }]),
      configMap({ name: 'settings', namespace: 'last' }),
    )
    await everywhere([member], { ...settings, namespace: 'last' }, () => true)
    await follow('With everything in members')
    await end()
    await nowhere([member], { ...settings, namespace: 'last' })
    expect(await readObject(host, { ...settings, namespace: 'last' })).toBeDefined()
    expect(await host.kubectl(['get', 'crds', '--output', 'name'])).not.toContain('karmada.io')
  })
})
