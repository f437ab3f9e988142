import { Counter, Gauge, type Registry } from 'prom-client'

/** What metrics tell of the host and of what we registered there. */
export interface HostMetrics {
  /** Something that we registered was put back. */
  restored(kind: string): void
  /** @param look how it stands with parking, asked when metrics are collected; a later call takes its place. */
  watchParking(look: () => { readonly mode: string; readonly by: string }): void
}

/** Registers the metrics of the host. A process that does not lead tells nothing of parking. */
export function newHostMetrics(registry: Registry): HostMetrics {
  const restored = new Counter({
    name: 'flotilla_registration_restored_total',
    help: 'CRDs and admission policies that were put back after somebody had deleted or changed them.',
    labelNames: ['kind'],
    registers: [registry],
  })
  let look: Parameters<HostMetrics['watchParking']>[0] | undefined
  new Gauge({
    name: 'flotilla_parking',
    help: '1 for who keeps templates from running on the host (apiserver, operator, nobody), and who is meant to (policies, operator, off).',
    labelNames: ['mode', 'by'],
    registers: [registry],
    collect() {
      this.reset()
      if (look === undefined) return
      const { mode, by } = look()
      this.set({ mode, by }, 1)
    },
  })
  return {
    restored: kind => restored.inc({ kind }),
    watchParking: newLook => {
      look = newLook
    },
  }
}
