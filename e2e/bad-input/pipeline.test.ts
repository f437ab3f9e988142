import { describe, expect, it } from '@jest/globals'
import { CommandError } from '../../src/cli/manifests.ts'
import { worldOf } from '../../src/cli/plan/world.ts'
import { renderForCluster } from '../../src/cli/render/render-for-cluster.ts'
import { projectNode } from '../../src/clusters/status/node-facts.ts'
import { newPodProjection } from '../../src/clusters/status/pod-facts.ts'
import { requestsByNode, summariseNodes, summariseResources } from '../../src/clusters/status/resource-summary.ts'
import { deviations } from '../../src/execution/deviations.ts'
import { listDrift } from '../../src/execution/drift.ts'
import { planWrite } from '../../src/execution/plan.ts'
import { restrictTo } from '../../src/execution/restrict.ts'
import { newInterpreter } from '../../src/interpreter/interpreter.ts'
import { interpretManifest } from '../../src/interpreter/manifest-status.ts'
import { decodeJson, encodeJson } from '../../src/kube/json.ts'
import { projectManagedObject } from '../../src/members/project-managed-object.ts'
import { digestOf } from '../../src/object/digest.ts'
import { isSubset } from '../../src/object/equality.ts'
import { valueAt } from '../../src/object/field.ts'
import { gvkOf } from '../../src/object/gvk.ts'
import type { KubeObject } from '../../src/object/kube-object.ts'
import { mergePatch, patched } from '../../src/object/merge-patch.ts'
import { isJsonObject } from '../../src/object/raw-json.ts'
import { parked, parkingPatch, unparkingPatch } from '../../src/parking/park.ts'
import { readRecord, unparked } from '../../src/parking/record.ts'
import { memberRulesOf } from '../../src/policy/member-rules.ts'
import { droppedText, memberManifest, updateManifest } from '../../src/rendering/member-manifest.ts'
import { projectTemplate } from '../../src/rendering/project-template.ts'
import { freezeDeep } from '../../src/runtime/freeze.ts'
import { planTemplateStatus } from '../../src/status/aggregate/plan.ts'
import { planBindingStatus } from '../../src/status/collect/plan.ts'
import { a } from '../../src/testing/builders.ts'
import { newRandom, type Random } from '../soak/random.ts'
import { nastyClusters, nastyOverride, nastyPolicy } from './nasty-rules.ts'
import { nastyObserved, nastyTemplate } from './nasty-templates.ts'
import { nastyMap, nastyValue, spoilt } from './nasty-values.ts'

// A run repeats with FUZZ_SEED, and takes longer with FUZZ_CASES.
const SEED = Number(process.env['FUZZ_SEED'] ?? 20261121)
const CASES = Number(process.env['FUZZ_CASES'] ?? 4000)
const NOW = '2026-01-01T00:00:00Z'
const interpreter = newInterpreter()

/** As it comes out of a cache: decoded, and frozen through and through. */
function cached<T>(value: T): T {
  // Test data: what was encoded is decoded again.
  return freezeDeep(decodeJson(encodeJson(value)) as T, text => text)
}

interface Case {
  readonly seed: number
  readonly random: Random
  readonly template: KubeObject
}

function caseOf(seed: number): Case {
  const random = newRandom(seed)
  return { seed, random, template: cached(nastyTemplate(random)) }
}

/** Runs `run` for each case. What it throws is a fault unless `isReadable` says that it tells a user what to do. */
async function forEachCase(share: number, run: (each: Case) => unknown): Promise<void> {
  const faults: string[] = []
  for (let at = 0; at < CASES * share && faults.length < 10; at++) {
    const seed = SEED + at
    try {
      await run(caseOf(seed))
    } catch (error) {
      const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(0, 6).join('\n') : String(error)
      faults.push(`FUZZ_SEED=${seed}: ${stack}`)
    }
  }
  expect(faults).toEqual([])
  expect(Object.keys(Object.prototype)).toEqual([])
}

/** What no apiserver keeps, and no merge patch can say. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value) || !isJsonObject(value)) return value
  const kept = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]))
}

/** All that a user wrote is there; fields that no kind decides are as they were. */
function expectWhole(template: KubeObject, manifest: KubeObject): void {
  const { status: _status, apiVersion, kind, metadata, ...fields } = template
  const isKnown = interpreter.has(gvkOf(template), 'retain') || interpreter.has(gvkOf(template), 'reviseReplicas')
  for (const [name, value] of isKnown || kind === 'Job' ? [] : Object.entries(fields)) {
    expect({ [name]: digestOf(manifest[name]) }).toEqual({ [name]: digestOf(value) })
  }
  expect(digestOf(valueAt(manifest, 'spec', 'big'))).toBe(digestOf(valueAt(template, 'spec', 'big')))
}

async function propagate(template: KubeObject, random: Random): Promise<void> {
  const policy = cached(nastyPolicy(random, template))
  const overrides = random.happens(0.5) ? [cached(nastyOverride(random, template))] : []
  const clusters = cached(nastyClusters(random))
  const objects = [policy, ...overrides, ...clusters]
  const world = { ...worldOf(objects), templates: [template] }
  const cluster = clusters[0]?.metadata.name ?? ''
  const input = { world, objects, cluster, replicas: undefined, interpreter }
  const outcome = await renderForCluster(input, template).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error
    return { why: error.message }
  })
  if ('why' in outcome) return expect(outcome.why).toMatch(/\w/)
  expect(outcome.manifest.kind).toBe(template.kind)
  if (overrides.length === 0) expectWhole(template, outcome.manifest)
}

async function report(template: KubeObject, random: Random): Promise<void> {
  const observed = cached(nastyObserved(random, template))
  const { status } = await interpretManifest(interpreter, { manifest: template, ordinal: 0 }, observed)
  const items = cached(
    Array.from({ length: random.below(4) }, (_, at) => ({
      clusterName: `member${at}`,
      applied: random.happens(0.5),
      ...(random.happens(0.8) && { status: at === 0 ? (status.status ?? {}) : nastyMap(random) }),
    })),
  )
  const aggregated = await interpreter.aggregateStatus(template, items)
  const spec = { clusters: [{ name: 'member0', replicas: 1 }] }
  const binding = cached(a.binding({ spec, status: { aggregatedStatus: [...items] } }))
  planTemplateStatus({ template, aggregated, binding, now: NOW })
  const statuses = [status, ...(random.happens(0.3) ? [cached(spoilt(random, status) as typeof status)] : [])]
  const works = [cached(a.work({ manifests: [template], status: { manifestStatuses: statuses } }))]
  planBindingStatus({ binding, works, clusters: [a.cluster({ name: 'member0' })], now: NOW })
  await interpreter.getDependencies(template)
  await interpreter.getComponents(template)
}

describe(`objects that nobody expects, from seed ${SEED} on`, () => {
  it('come off the wire as they went on it', () =>
    forEachCase(0.1, ({ template, random }) => {
      const value = { template, extra: nastyValue(random, 6) }
      const text = encodeJson(value)
      const again = decodeJson(text)
      expect(encodeJson(again)).toBe(text)
      expect(digestOf(again)).toBe(digestOf(decodeJson(text)))
      expect(isSubset(again, decodeJson(text))).toBe(true)
      const other = decodeJson(encodeJson(spoilt(random, value, 0.1)))
      const [from, to] = [withoutNulls(again), withoutNulls(other)]
      if (!isJsonObject(from) || !isJsonObject(to)) return
      expect(digestOf(patched(from, mergePatch(from, to) ?? {}))).toBe(digestOf(to))
    }))

  it('are propagated with every field and digit, or refused with a reason', () =>
    forEachCase(0.4, ({ template, random }) => propagate(template, random)))

  it('are told of, whatever members report', () => forEachCase(0.3, ({ template, random }) => report(template, random)))

  it('are compared and written, whatever members hold', () =>
    forEachCase(0.2, async ({ template, random }) => {
      const observed = projectManagedObject(cached(nastyObserved(random, template)))
      const desired = await memberManifest(template, observed, interpreter)
      const rules = memberRulesOf(template.metadata.annotations)
      const states = ['cached', 'read', 'written'] as const
      for (const state of states) {
        const observation = { state, object: observed }
        const dropped = droppedText(desired, observed)
        const work = { namespace: 'karmada-es-member1', name: 'w' }
        planWrite({ desired, observation, work, rules, accepted: undefined, contested: [], dropped })
      }
      updateManifest(desired, observed)
      listDrift(desired, observed)
      deviations(desired, observed)
      restrictTo(desired, observed)
    }))

  it('are parked and taken back', () =>
    forEachCase(0.1, ({ template }) => {
      readRecord(template)
      unparked(template)
      unparkingPatch(template)
      parkingPatch(template)
      const there = parked(template)
      if (there !== undefined) unparked(cached(there))
      expect(projectTemplate(template).metadata.name).toBe(template.metadata.name)
    }))

  it('are nodes and pods of a member', () =>
    forEachCase(0.1, ({ random, template }) => {
      const nodes = [projectNode(cached({ ...nastyObserved(random, template), kind: 'Node' }))]
      const pods = [newPodProjection()(cached({ ...nastyObserved(random, template), kind: 'Pod' }))]
      summariseNodes(nodes)
      requestsByNode(pods)
      summariseResources(nodes, pods)
    }))
})
