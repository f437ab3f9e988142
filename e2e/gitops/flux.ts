import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseDocument } from 'yaml'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { ask, type GitOpsTool, type Health, type NamedResource, objectName } from './tool.ts'

export interface FluxOptions {
  readonly program: string
  readonly host: ControlPlane
  readonly checkout: string
  /** Manifests of Kustomizations, each after those that it depends on; the last one is that of the workloads. */
  readonly manifests: readonly string[]
  /** A directory for copies of them, and for what Flux keeps in their status. */
  readonly state: string
}

interface Change {
  readonly subject: string
  readonly action: string
  readonly live?: object
  readonly predicted?: object
}

interface ObjectStatus extends NamedResource {
  readonly status: string
}

interface Readiness {
  readonly ready: boolean
  readonly message?: string
}

const HEALTH: Readonly<Record<string, Health>> = {
  Current: 'Healthy',
  InProgress: 'Progressing',
  Terminating: 'Progressing',
  Failed: 'Degraded',
  NotFound: 'Missing',
}

/** Flux's engine: server-side apply, kstatus and the checks of the Kustomizations. */
export function newFlux({ program, host, checkout, manifests, state }: FluxOptions): GitOpsTool {
  const kustomizations = manifests.map(path => join(state, basename(path)))
  for (const [index, path] of kustomizations.entries()) copyFileSync(manifests[index] ?? path, path)
  const call = <T>(command: string, kustomization: string, ...flags: readonly string[]): Promise<T> => {
    const what = ['--kubeconfig', host.kubeconfigPath, '--kustomization', kustomization, '--checkout', checkout]
    return ask<T>(program, [command, ...what, ...flags])
  }
  return {
    marks: ['kustomize.toolkit.fluxcd.io/name', 'kustomize.toolkit.fluxcd.io/namespace'],
    sync: async () => {
      for (const [index, kustomization] of kustomizations.entries()) {
        await call('apply', kustomization, '--inventory', join(state, `inventory-${index}.json`))
      }
    },
    drift: async () => {
      const changes = await Promise.all(kustomizations.map(each => call<readonly Change[]>('diff', each)))
      return changes.flat().map(({ subject, action, live, predicted }) => {
        return `dry run: ${subject} ${action} ${JSON.stringify({ live, predicted })}`
      })
    },
    awaitHealthy: async () => {
      for (const kustomization of kustomizations) {
        const { ready, message } = await call<Readiness>('wait', kustomization)
        if (!ready) throw new Error(message)
      }
    },
    alsoCheck: (...objects) => {
      const path = kustomizations.at(-1) ?? ''
      const kustomization = parseDocument(readFileSync(path, 'utf8'))
      for (const object of objects) kustomization.addIn(['spec', 'healthChecks'], object)
      writeFileSync(path, kustomization.toString())
    },
    health: async () => {
      const statuses = await Promise.all(kustomizations.map(each => call<readonly ObjectStatus[]>('health', each)))
      const objects = statuses.flat().map(each => [objectName(each), HEALTH[each.status] ?? 'Unknown'] as const)
      return { overall: overall(objects.map(([, health]) => health)), objects: Object.fromEntries(objects) }
    },
  }
}

/** As a Kustomization's condition Ready tells it: one that failed ends the wait, all must be Current. */
function overall(all: readonly Health[]): Health {
  if (all.includes('Degraded')) return 'Degraded'
  return all.every(health => health === 'Healthy') ? 'Healthy' : 'Progressing'
}
