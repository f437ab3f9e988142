import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { parse } from 'yaml'
import { type BuiltImage, buildImage } from '../scripts/build-image.ts'
import { basesObstacle } from '../scripts/image-bases.ts'
import { OPERATOR_NAMESPACE, RELEASE } from './chart.ts'
import { type AnyObject, apply, eventually, everywhere, readObject } from './cluster-view.ts'
import type { Fleet } from './controlplane/fleet.ts'
import { WORKLOAD_IMAGE } from './controlplane/real-node/node-files.ts'
import { realNodeObstacle } from './controlplane/real-node/requirements.ts'
import { newBuildah } from './controlplane/real-node/workload-image.ts'
import { startFleet } from './controlplane/start-fleet.ts'
import { flotilla } from './flotilla.ts'
import { joinMembers } from './joining.ts'
import {
  awaitPods,
  helmUpgrade,
  keepPodLogs,
  type OperatorPod,
  operatorPid,
  operatorPods,
  podPages,
  runInPod,
} from './operator-pod.ts'
import { noteSecret } from './secrecy/canaries.ts'
import { endFleet } from './secrecy/sweep-fleet.ts'
import { configMap, newNamespace, propagationPolicy } from './test-fleet.ts'

jest.setTimeout(300_000)

/** The image is built, when nothing of it is in the cache. */
const START_MS = 600_000
const MEGABYTE = 1e6

/** For {@link runInPod}: prints when the first process of the container started, in milliseconds since 1970. */
const STARTED_AT = `const read = path => require('fs').readFileSync(path, 'utf8')
  const ticks = Number(read('/proc/1/stat').split(') ')[1].split(' ')[19])
  console.log(Date.now() - Number(read('/proc/uptime').split(' ')[0]) * 1000 + ticks * 10)`

/**
 * For {@link runInPod}: has the first process of the container abort. A signal would not do, since it ignores what it does not
 * handle; but it lets itself be debugged by whoever may run programs beside it.
 */
const ABORT = `process.kill(1, 'SIGUSR1')
  const ask = async () => {
    try {
      const [{ webSocketDebuggerUrl }] = await (await fetch('http://127.0.0.1:9229/json')).json()
      const params = { expression: 'process.abort()' }
      const socket = new WebSocket(webSocketDebuggerUrl)
      socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }))
    } catch { setTimeout(ask, 100) }
  }
  ask()`

/** Figures that depend on the machine: printed, and not judged. */
const tell = (figure: string): void => void process.stderr.write(`The operator's Pod: ${figure}.\n`)

const obstacle = realNodeObstacle() ?? (await basesObstacle(newBuildah()))
const describeReal = obstacle === undefined ? describe : describe.skip
const reason = obstacle === undefined ? '' : ` [${obstacle}]`

describeReal(`the chart's own Pod${reason}`, () => {
  let folder: string
  let fleet: Fleet
  let first: BuiltImage
  let next: BuiltImage

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flotilla-pod-'))
    const images = async (): Promise<readonly [BuiltImage, BuiltImage]> => [
      await buildImage({ output: join(folder, 'first'), tag: 'localhost/flotilla:first' }),
      await buildImage({ output: join(folder, 'next'), tag: 'localhost/flotilla:next' }),
    ]
    const clusters = startFleet({
      host: { kind: 'ordinary', realNodes: 2, nodes: { count: 0 } },
      members: [{ name: 'real', realNodes: 1, nodes: { count: 0 } }],
    })
    const [started, built] = await Promise.allSettled([clusters, images()])
    if (started.status === 'fulfilled') fleet = started.value
    if (started.status === 'rejected') throw started.reason
    if (built.status === 'rejected') throw built.reason
    ;[first, next] = built.value
    for (const { archive } of [first, next]) await fleet.host.loadImages(archive)
    await helmUpgrade(fleet.host, image('first'))
  }, START_MS)

  // With a Pod its logs go.
  afterEach(() => keepPodLogs(fleet.host, folder))

  afterAll(async () => {
    const texts = fleet === undefined ? [] : await podPages(fleet.host).catch(() => [])
    await endFleet(fleet, { logs: folder, operators: [], texts })
  }, START_MS)

  /** A machine that is busy may starve a Pod for seconds: that must not cost it the lease. */
  const leaderElection = { leaseDurationMs: 20_000, renewDeadlineMs: 15_000, retryPeriodMs: 2_000 }
  const image = (tag: 'first' | 'next') => ({
    image: { repository: 'localhost/flotilla', tag },
    config: { leaderElection },
  })
  const onlyPod = async (): Promise<string> => {
    const [pod] = await operatorPods(fleet.host)
    if (pod === undefined) throw new Error('no Pod')
    return pod.name
  }
  const tellReady = async (which: string, pod: string, readyAt: number): Promise<void> => {
    const startedAt = Number(await runInPod(fleet.host, pod, STARTED_AT))
    tell(`${which} was ready ${Math.round(readyAt - startedAt)} ms after its container's start`)
  }
  /** A change of a template reaches the member: whoever leads works. */
  const propagates = async (value: string): Promise<void> => {
    await apply(fleet.host, configMap({ name: 'settings', namespace: 'shop' }, { value }))
    const look = { kind: 'configmap', name: 'settings', namespace: 'shop' }
    await everywhere(fleet.members, look, found => found.data?.value === value)
  }

  describe('installed by Helm', () => {
    it('leads once it is ready, and its API is there', async () => {
      const { pods, leader } = await awaitPods(fleet.host, 'the Pod is ready', ([pod]) => pod?.ready === true)
      const readyAt = Date.now()
      expect(pods.map(pod => pod.name)).toEqual([leader])
      await newNamespace(fleet.host, 'shop')
      const selector = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }
      await apply(fleet.host, propagationPolicy({ name: 'settings', namespace: 'shop' }, [selector]))
      const policies = await fleet.host.kubectl(['get', 'validatingadmissionpolicies', '--output', 'name'])
      expect(policies).toContain('flotilla')
      await tellReady('the first', leader, readyAt)
    })

    it('is the ServiceAccount of the chart, by a token for this Pod that the kubelet renews', async () => {
      const pod = await onlyPod()
      const folder = '/var/run/secrets/kubernetes.io/serviceaccount'
      const token = await runInPod(
        fleet.host,
        pod,
        `console.log(require('fs').readFileSync('${folder}/token', 'utf8'))`,
      )
      noteSecret('the token of a Pod of the operator', token)
      const review: AnyObject = await fleet.host.request('/apis/authentication.k8s.io/v1/tokenreviews', {
        method: 'POST',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: token.trim() } },
      })
      expect(review.status.user).toMatchObject({
        username: `system:serviceaccount:${OPERATOR_NAMESPACE}:flotilla`,
        extra: { 'authentication.kubernetes.io/pod-name': [pod] },
      })
      const address = await runInPod(fleet.host, pod, 'console.log(process.env.KUBERNETES_SERVICE_HOST)')
      expect(address.trim()).toBe('10.64.0.1')
    })

    it('may do nothing on its node', async () => {
      const script = `const { readFileSync, writeFileSync } = require('fs')
        const status = readFileSync('/proc/1/status', 'utf8')
        const line = name => status.match(new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm'))[1]
        const write = path => { try { writeFileSync(path, ''); return 'written' } catch (error) { return error.code } }
        const caps = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map(line)
        console.log(JSON.stringify({ uid: line('Uid'), gid: line('Gid'), caps: [...new Set(caps)], noNewPrivs: line('NoNewPrivs'),
          seccomp: line('Seccomp'), writes: ['/file', '/app/file', '/tmp/file', '/etc/flotilla/file'].map(write) }))`
      expect(JSON.parse(await runInPod(fleet.host, await onlyPod(), script))).toEqual({
        uid: '65532',
        gid: '65532',
        caps: ['0000000000000000'],
        noNewPrivs: '1',
        seccomp: '2',
        writes: ['EROFS', 'EROFS', 'EROFS', 'EROFS'],
      })
    })

    it('passes the test of the chart, by its Service', async () => {
      const release = [RELEASE, '--namespace', OPERATOR_NAMESPACE]
      const hook: AnyObject = parse(await fleet.host.helm(['get', 'hooks', ...release]))
      const metrics = { kind: 'service', name: 'flotilla-metrics', namespace: OPERATOR_NAMESPACE }
      const { spec }: AnyObject = await readObject(fleet.host, metrics)
      // These clusters have no DNS; the name leads to the Service's own address.
      const hostAliases = [{ ip: spec.clusterIP, hostnames: [`flotilla-metrics.${OPERATOR_NAMESPACE}.svc`] }]
      await apply(fleet.host, { ...hook, spec: { ...hook.spec, hostAliases } })
      const where = [hook.metadata.name, '--namespace', OPERATOR_NAMESPACE]
      const phase = await eventually('the test has ended', async () => {
        const seen = await fleet.host.kubectl(['get', 'pod', ...where, '--output', 'jsonpath={.status.phase}'])
        return (seen === 'Succeeded' || seen === 'Failed') && seen
      })
      expect([phase, await fleet.host.kubectl(['logs', ...where])]).toEqual([
        'Succeeded',
        expect.stringContaining('200'),
      ])
      await fleet.host.kubectl(['delete', 'pod', ...where])
    })

    it('logs lines of JSON and answers on the port of the chart', async () => {
      const pod = await onlyPod()
      const log = await fleet.host.kubectl(['logs', '--namespace', OPERATOR_NAMESPACE, pod])
      const messages = log
        .trim()
        .split('\n')
        .map(line => JSON.parse(line))
      expect(messages.map(({ message }) => message)).toContain('all controllers are running')
      const proxy = `/api/v1/namespaces/${OPERATOR_NAMESPACE}/pods/${pod}:8080/proxy`
      const metrics = await fleet.host.kubectl(['get', '--raw', `${proxy}/metrics`])
      expect(metrics).toContain('flotilla_leader 1')
    })
  })

  describe('its image', () => {
    it('has less than 150 MB, uncompressed', () => {
      const { size } = statSync(first.archive)
      tell(`image of ${Math.round(size / MEGABYTE)} MB`)
      expect(size).toBeLessThan(150 * MEGABYTE)
    })

    it('says what it is made of', async () => {
      const text = readFileSync(first.sbom, 'utf8')
      const { bomFormat, components }: AnyObject = JSON.parse(text)
      expect(bomFormat).toBe('CycloneDX')
      const names = components.map(({ name }: AnyObject) => name)
      expect(names).toEqual(expect.arrayContaining(['yaml', 'prom-client', '@dot-i/k8s-operator']))
      expect(names).not.toContain('jest')
      const inside = "process.stdout.write(require('fs').readFileSync('/app/sbom.cdx.json'))"
      expect(await runInPod(fleet.host, await onlyPod(), inside)).toBe(text)
    })
  })

  describe('at work', () => {
    it('joins members and propagates to them, from inside the host', async () => {
      await joinMembers(fleet)
      await propagates('by the first Pod')
    })
  })

  describe('a member where containers really run', () => {
    const namespace = 'faults'
    const toReal = { placement: { clusterAffinity: { clusterNames: ['real'] } } }
    const podSpec = (container: object): object => ({
      containers: [{ name: 'only', image: WORKLOAD_IMAGE, ...container }],
    })
    const deployment = (name: string, container: object): object => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: podSpec(container) },
      },
    })
    const pod = (name: string, container: object): object => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace },
      spec: { ...podSpec(container), restartPolicy: 'Never' },
    })
    /** What the host tells of a template: the one item of its binding. */
    const onHost = async (name: string, wanted: (item: AnyObject) => boolean): Promise<AnyObject> =>
      eventually(`${name} on the host is as wanted`, async () => {
        const binding = await readObject(fleet.host, { kind: 'rb', name, namespace })
        const [item] = binding?.status?.aggregatedStatus ?? []
        return item !== undefined && wanted(item) ? item : undefined
      })
    /** Waits until what the kubelet says of the container of an application tells why it does not run. */
    const inMember = (name: string, why: RegExp): Promise<unknown> =>
      eventually(`${name} in the member: ${why}`, async () => {
        const path = '{.items[*].status.containerStatuses[*]}'
        const query = ['get', 'pods', '-n', namespace, '-l', `app=${name}`, '-o', `jsonpath=${path}`]
        return why.test(await fleet.member('real').kubectl(query))
      })

    beforeAll(async () => {
      await newNamespace(fleet.host, namespace)
      const selectors = [
        { apiVersion: 'apps/v1', kind: 'Deployment' },
        { apiVersion: 'v1', kind: 'Pod' },
      ]
      await apply(fleet.host, propagationPolicy({ name: 'faults', namespace }, selectors, toReal))
    })

    it.each([
      {
        name: 'an image that cannot be pulled',
        app: 'unknown',
        container: { image: 'localhost/no-such-image:1' },
        why: /ErrImagePull|ImagePullBackOff/,
      },
      {
        name: 'a container that crashes',
        app: 'crash',
        container: { args: ['exit', '3'] },
        why: /"exitCode":3\b.*"restartCount":[1-9]/,
      },
      {
        name: 'a container that needs more memory than it may have',
        app: 'hog',
        container: { args: ['hog', '200'], resources: { limits: { memory: '32Mi' } } },
        why: /OOMKilled/,
      },
    ])('$name: its Deployment is unhealthy, and none is available', async ({ app, container, why }) => {
      await apply(fleet.host, deployment(app, container))
      await inMember(app, why)
      const item = await onHost(`${app}-deployment`, ({ status }) => status?.unavailableReplicas === 1)
      expect(item).toMatchObject({ clusterName: 'real', applied: true, health: 'Unhealthy' })
      expect(item.status).toMatchObject({ replicas: 1, updatedReplicas: 1 })
      expect(item.status.availableReplicas ?? 0).toBe(0)
    })

    it('is healthy again once the template is repaired', async () => {
      await apply(fleet.host, deployment('crash', {}))
      const item = await onHost('crash-deployment', ({ health }) => health === 'Healthy')
      expect(item.status).toMatchObject({ availableReplicas: 1, readyReplicas: 1 })
      const template = { kind: 'deployment', name: 'crash', namespace }
      await everywhere([fleet.host], template, ({ status }) => status?.availableReplicas === 1)
    })

    it('its log is read and a command runs in it from the host, and the command tells its exit code', async () => {
      const where = ['-n', namespace, 'deployment/crash']
      const host = fleet.host.kubeconfigPath
      // The Pod from before the repair may still be on its way out.
      await eventually('the log of the one Pod that is left', async () => {
        const logged = await flotilla(host, 'logs', ...where, '--tail', '1')
        expect(logged).toMatchObject({ code: 0, stderr: '' })
        expect(logged.stdout).toMatch(/^real crash-\S+ workload pause 0\n$/)
        return true
      })
      const ran = await flotilla(host, 'exec', ...where, '--', '/workload', 'exit', '3')
      expect(ran).toEqual({ code: 3, stdout: 'workload exit 3\n', stderr: '' })
      const missing = await flotilla(host, 'exec', ...where, '--', '/no-such-program')
      expect([missing.code, missing.stdout]).toEqual([1, ''])
      expect(missing.stderr).toMatch(/^real: .*no-such-program/)
      const elsewhere = await flotilla(host, 'exec', ...where, '-c', 'other', '--', '/workload')
      expect(elsewhere.stderr).toMatch(/has no container other; it has: only/)
      const terminal = await flotilla(host, 'exec', ...where, '-it', '--', '/workload')
      expect(terminal.stderr).toContain('-t is for a terminal')
    })

    it('a Pod that was killed for its memory says so on the host', async () => {
      await apply(fleet.host, pod('hog', { args: ['hog', '200'], resources: { limits: { memory: '32Mi' } } }))
      const item = await onHost('hog-pod', ({ status }) => status?.phase === 'Failed')
      expect(item.health).toBe('Unhealthy')
      const killed = { reason: 'OOMKilled', exitCode: 137 }
      expect(item.status.containerStatuses[0].state.terminated).toMatchObject(killed)
      const query = ['get', 'pod', 'hog', '--namespace', namespace, '--output', 'json']
      await eventually('the template says so too', async () => {
        const { status }: AnyObject = JSON.parse(await fleet.host.kubectl(query))
        return status.phase === 'Failed' && status.containerStatuses?.[0]?.state?.terminated?.reason === 'OOMKilled'
      })
    })

    it('and nothing of all that runs on the host', async () => {
      const pods = await fleet.host.kubectl([
        'get',
        'pods',
        '-n',
        namespace,
        '-o',
        'jsonpath={.items[*].spec.nodeName}',
      ])
      expect(pods).toBe('')
    })
  })

  describe('over its life', () => {
    const two = { replicas: 2, podDisruptionBudget: { enabled: true } }
    const ready = ({ ready, ends }: OperatorPod): boolean => ready && !ends
    const bothReady = (pods: readonly OperatorPod[]): boolean => pods.length === 2 && pods.every(ready)

    it('a new version takes over from the old one', async () => {
      const old = await onlyPod()
      await helmUpgrade(fleet.host, image('next'))
      const { pods } = await awaitPods(fleet.host, 'only the new Pod is there, and leads', (all, leads) => {
        return all.length === 1 && all.every(pod => ready(pod) && pod.name === leads && pod.name !== old)
      })
      expect(pods[0]?.image).toBe('localhost/flotilla:next')
      await propagates('by the new version')
    })

    it('a second Pod stands by and takes over when the first is deleted', async () => {
      await helmUpgrade(fleet.host, { ...image('next'), ...two })
      const { leader: before, pods } = await awaitPods(fleet.host, 'both are ready', bothReady)
      const readyAt = Date.now()
      const standby = pods.find(pod => pod.name !== before)
      await tellReady('the standby', standby?.name ?? '', readyAt)
      const deletedAt = Date.now()
      await fleet.host.kubectl(['delete', 'pod', before, '--namespace', OPERATOR_NAMESPACE, '--wait=false'])
      const after = await awaitPods(fleet.host, 'the standby leads', (_, leads) => leads !== before)
      tell(`handed over within ${Date.now() - deletedAt} ms of its deletion`)
      expect(after.leader).toBe(standby?.name)
      await propagates('by the standby')
    })

    it('an eviction of its node moves it, one Pod at a time', async () => {
      const { leader: before, pods } = await awaitPods(fleet.host, 'both are ready', bothReady)
      const node = pods.find(pod => pod.name === before)?.nodeName ?? ''
      await fleet.host.kubectl(['drain', node, '--ignore-daemonsets', '--timeout=120s'])
      const moved = await awaitPods(fleet.host, 'both are ready on the other node', all => {
        return bothReady(all) && all.every(pod => pod.nodeName !== node)
      })
      expect(moved.leader).not.toBe(before)
      await fleet.host.kubectl(['uncordon', node])
      await propagates('from the other node')
    })

    it('a process that hangs loses the lease, and its probe has it started again', async () => {
      // Less patient than as the chart comes.
      const probe = { periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 5 }
      await helmUpgrade(fleet.host, { ...image('next'), ...two, livenessProbe: probe, readinessProbe: probe })
      const where = ['--namespace', OPERATOR_NAMESPACE]
      await fleet.host.kubectl(['rollout', 'status', 'deployment/flotilla', ...where, '--timeout=120s'])
      const { leader: before } = await awaitPods(fleet.host, 'both are ready', bothReady)
      process.kill(operatorPid(before), 'SIGSTOP')
      const after = await awaitPods(fleet.host, 'the other leads, and the Pod was started again', (all, leads) => {
        return leads !== before && all.some(pod => pod.name === before && pod.restarts > 0 && pod.ready)
      })
      expect(after.leader).not.toBe(before)
      await propagates('after the hang')
    })

    it('a process that crashes leaves no dump of its memory on its node, whatever its kernel would write', async () => {
      const { leader, pods } = await awaitPods(fleet.host, 'both are ready', bothReady)
      const restarts = pods.find(({ name }) => name === leader)?.restarts ?? 0
      // As a runtime has it that sets no limit; a user may raise that of his own processes.
      const user = { uid: 65532, gid: 65532 }
      execFileSync('prlimit', ['--pid', String(operatorPid(leader)), '--core=unlimited:'], user)
      await runInPod(fleet.host, leader, ABORT).catch(() => undefined)
      await awaitPods(fleet.host, 'the Pod was started again', all => {
        return bothReady(all) && all.some(pod => pod.name === leader && pod.restarts > restarts)
      })
      const path = `/api/v1/namespaces/${OPERATOR_NAMESPACE}/pods/${leader}`
      const { status }: AnyObject = await fleet.host.request(path)
      // By a signal, and so with all that a kernel does then.
      expect(status.containerStatuses[0].lastState.terminated.exitCode).toBeGreaterThan(128)
      const node = dirname(fleet.host.kubeconfigPath)
      expect(
        execFileSync('find', [node, '-type', 'f', '-regex', '.*/core\\(\\.[0-9]+\\)?'], { encoding: 'utf8' }),
      ).toBe('')
    })
  })
})
