import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { formatApiVersion, formatGvk, type Gvk } from '../../object/gvk.ts'
import { KINDS } from '../kinds/registry.ts'
import { THIRD_PARTY_KINDS } from './registry.ts'

const folder = new URL('.', import.meta.url).pathname
const files = globSync('*/*/*.ts', { cwd: folder })
const sources = files.filter(file => !file.endsWith('.test.ts'))
const rows = readFileSync('docs/reference/kinds.md', 'utf8')
  .split('\n')
  .flatMap(line => /^\| (\S+\/\S+ \w+) \|/.exec(line)?.[1] ?? [])
const gvks = THIRD_PARTY_KINDS.map(({ gvk }) => gvk)

function fileOf({ group, version, kind }: Gvk): string {
  const words = kind.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-')
  return `${group}/${version}/${words.toLowerCase()}.ts`
}

it('has every kind of these folders, each in the file of its group, version and name', () =>
  expect(gvks.map(fileOf).toSorted()).toEqual(sources.toSorted()))

it.each(sources)('%s has a test beside it', file => expect(files).toContain(file.replace(/\.ts$/, '.test.ts')))

it('has each kind once, and none of Kubernetes itself', () => {
  const all = [...gvks, ...KINDS.map(({ gvk }) => gvk)].map(formatGvk)
  expect(new Set(all).size).toBe(all.length)
})

it('and docs/reference/kinds.md have the same kinds', () =>
  expect(rows.toSorted()).toEqual(gvks.map(gvk => `${formatApiVersion(gvk)} ${gvk.kind}`).toSorted()))

const OPERATIONS: Readonly<Record<string, string>> = {
  getReplicas: 'IR',
  reviseReplicas: 'RR',
  retain: 'RT',
  aggregateStatus: 'AS',
  reflectStatus: 'IS',
  isHealthy: 'IH',
  getDependencies: 'ID',
  getComponents: 'IC',
}
const FLUX = 'IH AS RT IS ID'

/** Who knows what, by the table of spec/behaviour/status.md §6.2. */
const SPECIFIED: Readonly<Record<string, string>> = {
  'apps.kruise.io/v1alpha1/AdvancedCronJob': 'AS ID',
  'apps.kruise.io/v1alpha1/BroadcastJob': 'IR RR IH AS RT IS ID',
  'apps.kruise.io/v1alpha1/CloneSet': 'IR RR AS IS IH ID',
  'apps.kruise.io/v1alpha1/UnitedDeployment': 'IR RR AS IS IH ID',
  'apps.kruise.io/v1beta1/StatefulSet': 'IR RR AS IS IH ID',
  'apps.kruise.io/v1alpha1/DaemonSet': 'AS IS IH ID',
  'apps.kruise.io/v1alpha1/SidecarSet': 'IS IR AS RT IH ID',
  'argoproj.io/v1alpha1/Workflow': 'IR RR IH RT ID',
  'batch.volcano.sh/v1alpha1/Job': 'IH IC AS IS',
  'kubeflow.org/v2beta1/MPIJob': 'IH IC AS IS',
  'sparkoperator.k8s.io/v1beta2/SparkApplication': 'IH IC AS IS',
  'flink.apache.org/v1beta1/FlinkDeployment': 'IH IC IR AS IS',
  'helm.toolkit.fluxcd.io/v2beta1/HelmRelease': FLUX,
  'kustomize.toolkit.fluxcd.io/v1/Kustomization': FLUX,
  'source.toolkit.fluxcd.io/v1/GitRepository': FLUX,
  'source.toolkit.fluxcd.io/v1beta2/Bucket': FLUX,
  'source.toolkit.fluxcd.io/v1beta2/HelmChart': FLUX,
  'source.toolkit.fluxcd.io/v1beta2/HelmRepository': FLUX,
  'source.toolkit.fluxcd.io/v1beta2/OCIRepository': FLUX,
  'kubeflow.org/v1/Notebook': 'IR IH AS IS',
  'kubeflow.org/v1/PyTorchJob': 'IC AS IH ID',
  'kubeflow.org/v1/TFJob': 'IC AS IH ID',
  'kyverno.io/v1/ClusterPolicy': 'IH AS IS',
  'kyverno.io/v1/Policy': 'IH AS IS',
  'ray.io/v1/RayCluster': 'IC IH AS',
  'ray.io/v1/RayJob': 'IC IH AS ID',
  'ray.io/v1/RayService': 'IR RR IH AS ID',
}

describe('by the specification', () => {
  const known = new Map(THIRD_PARTY_KINDS.map(kind => [formatGvk(kind.gvk), kind]))
  it.each(Object.entries(SPECIFIED))('%s has %s', (gvk, operations) => {
    const found = Object.keys(known.get(gvk) ?? {}).flatMap(name => OPERATIONS[name] ?? [])
    expect(found.toSorted()).toEqual(operations.split(' ').toSorted())
  })
})
