import { join } from 'node:path'
import { eventually } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { ask, type GitOpsTool, type Health, type HealthReport, type NamedResource, objectName } from './tool.ts'

export interface ArgoCdOptions {
  readonly program: string
  readonly host: ControlPlane
  readonly checkout: string
  /** examples/gitops/argocd */
  readonly examples: string
  /** Besides those of the Application, e.g. `ServerSideApply=true`. */
  readonly syncOptions?: string
}

interface Difference extends NamedResource {
  readonly reason: string
  readonly live?: object
  readonly predicted?: object
}

interface ResourceHealth extends NamedResource {
  readonly status: Health
}

interface ApplicationHealth {
  readonly status: Health
  readonly resources: readonly ResourceHealth[]
  readonly children: readonly ResourceHealth[]
}

interface Operation {
  readonly phase: string
  readonly applied: boolean
  readonly results: readonly { readonly status: string }[]
}

const DIFFS = [
  { name: 'client-side diff', flags: [] },
  { name: 'server-side diff', flags: ['--server-side-diff'] },
]

/** What Argo CD's install manifest brings: its settings, empty. */
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } }
const SETTINGS = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'argocd-cm', namespace: 'argocd', labels: { 'app.kubernetes.io/part-of': 'argocd' } },
}

/** Gives the host what an Argo CD that was set up as examples/gitops/argocd says has there. */
export async function configureArgoCd(host: ControlPlane, examples: string): Promise<void> {
  const items = [NAMESPACE, SETTINGS]
  await host.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  const patch = ['--patch-file', join(examples, 'argocd-cm.yaml')]
  await host.kubectl(['patch', 'configmap', 'argocd-cm', '--namespace', 'argocd', ...patch])
}

/** Argo CD's engine, with its settings in the host and the Application of the example. */
export function newArgoCd({ program, host, checkout, examples, syncOptions = '' }: ArgoCdOptions): GitOpsTool {
  const application = ['--application', join(examples, 'application.yaml'), '--checkout', checkout]
  const call = <T>(command: string, ...flags: readonly string[]): Promise<T> =>
    ask<T>(program, [
      command,
      ...['--kubeconfig', host.kubeconfigPath, ...application, '--sync-options', syncOptions],
      ...flags,
    ])
  const health = async (): Promise<HealthReport> => {
    const { status, resources, children } = await call<ApplicationHealth>('health')
    const objects = [...resources, ...children].map(each => [objectName(each), each.status] as const)
    return { overall: status, objects: Object.fromEntries(objects) }
  }
  return {
    marks: ['argocd.argoproj.io/tracking-id', 'kubectl.kubernetes.io/last-applied-configuration'],
    sync: async () => {
      const answer = await call<Operation>('sync')
      const failed = answer.results.some(result => result.status === 'SyncFailed')
      const done = answer.phase === 'Succeeded' || (answer.phase === 'Running' && answer.applied)
      if (failed || !done) throw new Error(`the sync failed: ${JSON.stringify(answer)}`)
    },
    drift: async () => {
      const found = await Promise.all(DIFFS.map(({ flags }) => call<readonly Difference[]>('diff', ...flags)))
      return DIFFS.flatMap(({ name }, index) => (found[index] ?? []).map(each => describeDifference(name, each)))
    },
    alsoCheck: () => undefined,
    health,
    awaitHealthy: async () => {
      await eventually('the Application is Healthy', async () => (await health()).overall === 'Healthy')
    },
  }
}

function describeDifference(comparison: string, difference: Difference): string {
  const { reason, live, predicted } = difference
  return `${comparison}: ${objectName(difference)} ${reason} ${JSON.stringify({ live, predicted })}`
}
