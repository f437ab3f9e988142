import { expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { useApiserver } from '../../e2e/test-apiserver.ts'
import type { Resource } from '../api/kinds.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { mergePatch } from '../object/merge-patch.ts'
import { keyOf } from '../object/object-key.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { frozenObject, reports } from '../testing/frozen-object.ts'
import { job } from './kinds/job.ts'

// An apiserver checks more of a Job's status than of any other: one that it refuses would be tried again for ever.

jest.setTimeout(120_000)

const JOB: Resource = { group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true }

const apiserver = useApiserver()
let made = 0

const at = (minute: number): string => `2026-01-01T00:0${minute}:00Z`
const minute = fc.integer({ min: 0, max: 9 })
const time = minute.map(at)
const count = fc.integer({ min: 0, max: 3 })
const condition = fc.record({
  type: fc.constantFrom('Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet', 'Suspended'),
  status: fc.constantFrom('True', 'True', 'False'),
  lastTransitionTime: time,
})
const conditions = fc.uniqueArray(condition, { maxLength: 3, selector: entry => entry.type })
const anyStatus: fc.Arbitrary<JsonObject> = fc.record(
  { active: count, succeeded: count, failed: count, conditions, startTime: time, completionTime: time },
  { requiredKeys: [] },
)
const ended = (type: string): fc.Arbitrary<JsonObject> =>
  fc.tuple(minute, minute, count, count).map(([start, end, succeeded, failed]) => ({
    ...{ succeeded, failed, startTime: at(Math.min(start, end)) },
    ...(type === 'Complete' && { completionTime: at(Math.max(start, end)) }),
    conditions: [{ type, status: 'True', lastTransitionTime: at(end) }],
  }))
const status = fc.oneof(anyStatus, ended('Complete'), ended('Failed'), fc.constant(undefined))
const round = fc.dictionary(fc.constantFrom('a', 'b', 'c'), status, { maxKeys: 3, noNullPrototype: true })
const spec = fc.constantFrom(
  { parallelism: 2, completions: 2 },
  { parallelism: 3 },
  { parallelism: 2, completions: 2, completionMode: 'Indexed' },
  { suspend: true },
)
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } }

it('whatever the members report, one after the other, is let through and settles', async () => {
  const property = fc.asyncProperty(spec, fc.array(round, { minLength: 1, maxLength: 6 }), async (given, rounds) => {
    const metadata = { name: `job-${++made}` }
    let current = await apiserver.client.create(
      JOB,
      frozenObject('batch/v1 Job', { metadata, spec: { ...given, template } }),
    )
    for (const statuses of rounds) {
      current = (await aggregate(current, statuses)) ?? current
      expect(await aggregate(current, statuses)).toBeUndefined()
    }
  })
  // The same cases in each run of the gate; another seed and more runs look for new ones.
  const { JOB_RUNS = '60', JOB_SEED = '831067105' } = process.env
  await fc.assert(property, { numRuns: Number(JOB_RUNS), seed: Number(JOB_SEED) })
})

/** As the operator does. @returns undefined when nothing is to be written. */
async function aggregate(
  current: KubeObject,
  statuses: Readonly<Record<string, JsonObject | undefined>>,
): Promise<KubeObject | undefined> {
  const next = job.aggregateStatus?.(current, reports(statuses))
  const body = mergePatch({ status: statusOf(current) }, { status: statusOf(next) })
  return body && apiserver.client.patch(JOB, keyOf(current), { type: 'merge', body }, { subresource: 'status' })
}

function statusOf(object: KubeObject | undefined): JsonObject {
  const found = object?.['status']
  return isJsonObject(found) ? found : {}
}
