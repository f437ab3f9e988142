import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { numberAt } from '../src/object/field.ts'
import { CHART, OPERATOR_NAMESPACE, RELEASE } from './chart.ts'
import type { AnyObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { waitFor } from './controlplane/wait.ts'
import { PAGES, type Text } from './secrecy/sweep.ts'

const PATIENCE_MS = 120_000

/** The Pods of the chart, as tests look at them. */
export interface OperatorPod {
  readonly name: string
  readonly nodeName: string
  readonly image: string
  readonly ready: boolean
  readonly restarts: number
  /** Whether it was asked to end. */
  readonly ends: boolean
}

/** Installs the chart as users do, or upgrades it. Its Pods come up later. */
export async function helmUpgrade(host: ControlPlane, values: object): Promise<void> {
  const release = ['--namespace', OPERATOR_NAMESPACE, '--create-namespace']
  await host.helm(['upgrade', '--install', RELEASE, CHART, ...release, '--values', '-'], JSON.stringify(values))
}

/** @returns the Pods of the chart, by name. */
export async function operatorPods(host: ControlPlane): Promise<readonly OperatorPod[]> {
  const path = `/api/v1/namespaces/${OPERATOR_NAMESPACE}/pods?labelSelector=app.kubernetes.io/name=${RELEASE}`
  const { items }: AnyObject = await host.request(path)
  return items.map(podOf).sort((a: OperatorPod, b: OperatorPod) => (a.name < b.name ? -1 : 1))
}

function podOf({ metadata, spec, status }: AnyObject): OperatorPod {
  const [container] = status.containerStatuses ?? []
  return {
    name: metadata.name,
    nodeName: spec.nodeName ?? '',
    image: spec.containers[0].image,
    ready: container?.ready === true,
    restarts: numberAt(container, 'restartCount') ?? 0,
    ends: metadata.deletionTimestamp !== undefined,
  }
}

/** @returns the name of the Pod that leads; undefined while none does. */
async function leader(host: ControlPlane): Promise<string | undefined> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${OPERATOR_NAMESPACE}/leases/flotilla`
  const lease: AnyObject = await host.request(path).catch(() => undefined)
  const holder: string = lease?.spec?.holderIdentity ?? ''
  return holder === '' ? undefined : holder.replace(/_[^_]+$/, '')
}

/** Waits until the Pods, and who leads them, are as wanted. */
export function awaitPods(
  host: ControlPlane,
  until: string,
  wanted: (pods: readonly OperatorPod[], leader: string) => boolean,
): Promise<{ readonly pods: readonly OperatorPod[]; readonly leader: string }> {
  const look = async () => {
    const [pods, leads] = await Promise.all([operatorPods(host), leader(host)])
    return leads !== undefined && wanted(pods, leads) ? { pods, leader: leads } : undefined
  }
  return waitFor(look, { until, timeoutMs: PATIENCE_MS, everyMs: 100 })
}

/** Writes into a folder what the containers of the Pods have logged up to now, each start of one into a file of its own. */
export async function keepPodLogs(host: ControlPlane, folder: string): Promise<void> {
  const keep = async ({ name, restarts }: OperatorPod, flags: readonly string[]): Promise<void> => {
    const log = await host.kubectl(['logs', '--namespace', OPERATOR_NAMESPACE, name, ...flags]).catch(() => undefined)
    if (log !== undefined) writeFileSync(join(folder, `${name}-${restarts}.log`), log)
  }
  await Promise.all(
    (await operatorPods(host)).flatMap(pod => [
      keep(pod, []),
      ...(pod.restarts > 0 ? [keep({ ...pod, restarts: pod.restarts - 1 }, ['--previous'])] : []),
    ]),
  )
}

/** @returns what the Pods serve, by way of their apiserver. */
export async function podPages(host: ControlPlane): Promise<readonly Text[]> {
  const pods = await operatorPods(host)
  const pages = pods.flatMap(({ name }) =>
    PAGES.map(async path => {
      const page = `/api/v1/namespaces/${OPERATOR_NAMESPACE}/pods/${name}:8080/proxy${path}`
      const text = await host.kubectl(['get', '--raw', page]).catch(() => undefined)
      return text === undefined ? [] : [{ where: `the page ${path}`, text: Buffer.from(text) }]
    }),
  )
  return (await Promise.all(pages)).flat()
}

/** Runs JavaScript in the container of a Pod: the image has Node and nothing else. @returns what it printed. */
export function runInPod(host: ControlPlane, pod: string, script: string): Promise<string> {
  const node = ['/usr/local/bin/node', '--eval', script]
  return host.kubectl(['exec', '--namespace', OPERATOR_NAMESPACE, pod, '--', ...node])
}

/**
 * What the kernel of this machine calls the operator's process in a Pod: a signal that stops or kills the first process of
 * a container must come from outside.
 * @throws when there is none.
 */
export function operatorPid(pod: string): number {
  const found = readdirSync('/proc').find(entry => {
    if (!/^\d+$/.test(entry)) return false
    return (
      contains(`/proc/${entry}/cmdline`, '/app/main.mjs') && contains(`/proc/${entry}/environ`, `HOSTNAME=${pod}\0`)
    )
  })
  if (found === undefined) throw new Error(`no process of ${pod}`)
  return Number(found)
}

function contains(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes(text)
  } catch {
    return false
  }
}
