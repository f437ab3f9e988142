import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import type { Operation } from '../kind-interpreter.ts'
import { KINDS } from './registry.ts'

const files = readdirSync(new URL('.', import.meta.url))
const sources = files.filter(file => !file.endsWith('.test.ts') && file !== 'registry.ts')

const reference = readFileSync('docs/reference/kinds.md', 'utf8')

function fileOf(kind: string): string {
  return `${kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.ts`
}

it('has every kind of this folder, each in the file of its name', () =>
  expect(KINDS.map(({ gvk }) => fileOf(gvk.kind)).toSorted()).toEqual(sources.toSorted()))

it.each(sources)('%s has a test beside it', file => expect(files).toContain(file.replace(/\.ts$/, '.test.ts')))

it('has each kind once', () => {
  const kinds = KINDS.map(({ gvk }) => JSON.stringify(gvk))
  expect(new Set(kinds).size).toBe(kinds.length)
})

it.each(KINDS.map(({ gvk }) => gvk.kind))('%s is in docs/reference/kinds.md', kind =>
  expect(reference).toContain(`\n| ${kind} |`),
)

/** Who knows what, by spec/behaviour/status.md §3-5 and propagation.md §9.1. */
const KNOWN_BY: Readonly<Record<Operation, readonly string[]>> = {
  getReplicas: ['Deployment', 'ReplicaSet', 'StatefulSet', 'Job', 'Pod'],
  reviseReplicas: ['Deployment', 'ReplicaSet', 'StatefulSet', 'Job'],
  retain: [
    'Deployment',
    'Pod',
    'Service',
    'ServiceAccount',
    'PersistentVolumeClaim',
    'PersistentVolume',
    'Job',
    'Secret',
  ],
  // All others, Ingress among them, reflect their whole status.
  reflectStatus: [
    ...['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job', 'Service', 'PodDisruptionBudget'],
    'HorizontalPodAutoscaler',
  ],
  isHealthy: [
    ...['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'Service', 'Ingress', 'PersistentVolumeClaim', 'Pod'],
    'PodDisruptionBudget',
  ],
  // Of workloads made of several groups of pods, none is built in.
  getComponents: [],
  getDependencies: [
    ...['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job', 'CronJob', 'Pod', 'Ingress', 'ServiceImport'],
  ],
  aggregateStatus: [
    ...['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job', 'CronJob', 'Pod', 'Service', 'Ingress'],
    ...['PersistentVolume', 'PersistentVolumeClaim', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'],
  ],
}

describe('by the specification', () => {
  it.each(Object.entries(KNOWN_BY))('%s is known by', (operation, kinds) => {
    const found = KINDS.filter(kind => Object.hasOwn(kind, operation)).map(({ gvk }) => gvk.kind)
    expect(found.toSorted()).toEqual(kinds.toSorted())
  })
  it('no other operation is', () => {
    const operations = KINDS.flatMap(kind => Object.keys(kind)).filter(name => name !== 'gvk')
    expect(new Set(operations)).toEqual(new Set(Object.keys(KNOWN_BY).filter(name => name !== 'getComponents')))
  })
})
