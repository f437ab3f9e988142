import { setTimeout as sleep } from 'node:timers/promises'
import { PROPAGATION_POLICY } from '../src/api/kinds.ts'
import { countUnder } from './etcd-store.ts'
import { readUsage } from './process-usage.ts'
import type { Question } from './question.ts'
import type { Report } from './report.ts'
import { round } from './report.ts'
import { COPY_PREFIX } from './scale-copies.ts'
import { NAMESPACE_NAME, objectsOf, policyName, startScaleFleet, untilQuiet, worksOf } from './scale-fleet.ts'
import { hasAll } from './scale-start.ts'
import { CONFIG_MAP } from './workload.ts'

export const scalePolicy: Question = {
  name: 'scale-policy',
  asks: 'how long one change of a policy takes by which every template leaves one of ten members',
  clusters: 'made',
  objects: 2_000,
  also: [10_000],
  group: 'scale',
  measure: measureScalePolicy,
}

const MEMBERS = 10
const LOOK_MS = 500
const LIMIT_MS = 1_800_000

async function measureScalePolicy(objects: number): Promise<Report> {
  const fleet = await startScaleFleet()
  try {
    await fleet.grow(MEMBERS)
    const sample = await fleet.propagate(CONFIG_MAP, MEMBERS)
    const { operator, clusters, etcdUrl } = fleet
    await operator.process.stop()
    await fleet.seed(sample, { from: 0, to: objects })
    operator.process.start()
    await operator.ready()
    const standing = { kind: CONFIG_MAP, templates: objects, members: MEMBERS }
    await untilQuiet(operator, page => hasAll(page, standing))
    const pid = operator.process.identity?.pid ?? 0
    const before = readUsage([pid])
    const clusterNames = Array.from({ length: MEMBERS - 1 }, (_, index) => `c${index + 1}`)
    const startMs = performance.now()
    const body = { spec: { placement: { clusterAffinity: { clusterNames } } } }
    const key = { namespace: NAMESPACE_NAME, name: policyName(CONFIG_MAP.kind, MEMBERS) }
    await clusters.host.patch(PROPAGATION_POLICY, key, { type: 'merge', body })
    const left = `c${MEMBERS}`
    const objectsMs = await untilEmpty(etcdUrl, objectsOf(CONFIG_MAP.plural, left) + COPY_PREFIX)
    const worksMs = await untilEmpty(etcdUrl, worksOf(left) + COPY_PREFIX)
    await untilQuiet(operator)
    const after = readUsage([pid])
    return {
      question: 'scale-policy',
      setting: { members: MEMBERS, templates: objects, memberObjects: objects * MEMBERS },
      figures: {
        objectsGoneSeconds: round((objectsMs - startMs) / 1000),
        worksGoneSeconds: round((worksMs - startMs) / 1000),
        goneObjectsPerSecond: round((1000 * objects) / (objectsMs - startMs)),
        cpuSeconds: round(after.cpuSeconds - before.cpuSeconds),
        peakRssMiB: round(after.peakRssMiB),
      },
      bare: {},
      requests: [],
    }
  } finally {
    await fleet.stop()
  }
}

/** @returns when nothing stood under a prefix any more. */
async function untilEmpty(etcdUrl: string, prefix: string): Promise<number> {
  const latestMs = performance.now() + LIMIT_MS
  while ((await countUnder(etcdUrl, prefix)) > 0) {
    if (performance.now() > latestMs) throw new Error(`${prefix}: not empty after ${LIMIT_MS} ms`)
    await sleep(LOOK_MS)
  }
  return performance.now()
}
