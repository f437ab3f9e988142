import { describe, expect, it } from '@jest/globals'
import type { Placement } from '../api/generated/propagation-policy.ts'
import { ANNOTATION } from '../api/names.ts'
import { newInterpreter } from '../interpreter/interpreter.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { frozen, frozenObject } from '../testing/frozen-object.ts'
import { reviseManifest } from './revise-manifest.ts'

const targets = [
  { name: 'a', replicas: 2 },
  { name: 'b', replicas: 1 },
]
const divided: Placement = { replicaScheduling: { replicaSchedulingType: 'Divided' } }
const revise = async (
  template: KubeObject,
  target: number,
  { digest, ...spec }: { replicas?: number; placement?: Placement; digest?: string } = {},
) => {
  const { apiVersion, kind } = template
  const binding: Binding = frozen({
    apiVersion: 'work.karmada.io/v1alpha2',
    kind: 'ResourceBinding',
    metadata: { name: 'x', ...(digest && { annotations: { [ANNOTATION.templateDigest]: digest } }) },
    spec: { resource: { apiVersion, kind, name: 'nginx' }, replicas: 3, ...spec },
  })
  return reviseManifest({ binding, template, targets, target: targets[target] ?? { name: 'none' } }, newInterpreter())
}
const deployment = frozenObject('apps/v1 Deployment', { spec: { replicas: 3 } })
const job = frozenObject('batch/v1 Job', { spec: { parallelism: 3, completions: 9 } })

it.each([
  { name: 'replicas of a Deployment', template: deployment, target: 0, spec: {}, want: { replicas: 2 } },
  {
    name: 'replicas of a Job, not its completions, when it is duplicated',
    template: job,
    target: 1,
    spec: {},
    want: { parallelism: 1, completions: 9 },
  },
  {
    name: 'completions of a divided Job, by replicas: first',
    template: job,
    target: 0,
    spec: { placement: divided },
    want: { parallelism: 2, completions: 6 },
  },
  {
    name: 'completions of a divided Job, by replicas: second',
    template: job,
    target: 1,
    spec: { placement: divided },
    want: { parallelism: 1, completions: 3 },
  },
  {
    name: 'no completions where the Job has none',
    template: frozenObject('batch/v1 Job', { spec: { parallelism: 3 } }),
    target: 0,
    spec: { placement: divided },
    want: { parallelism: 2 },
  },
])('gives a cluster its share: $name', async ({ template, target, spec, want }) =>
  expect((await revise(template, target, spec))['spec']).toEqual(want),
)

describe('of a template that had no replicas when it was placed, and has some now', () => {
  const [scaledDown, ours] = [{ replicas: 0, placement: divided }, { digest: 'of what it was' }]

  it('gives a cluster none that it is not said to have', async () => {
    for (const [template, want] of [
      [deployment, { replicas: 0 }],
      [job, { parallelism: 0, completions: 9 }],
    ] as const) {
      expect((await revise(template, 2, { ...scaledDown, ...ours }))['spec']).toEqual(want)
    }
  })

  it('leaves it as it is where somebody else made the binding, or no policy placed it', async () => {
    expect(await revise(deployment, 2, scaledDown)).toBe(deployment)
    expect(await revise(deployment, 2, { replicas: 0, ...ours })).toBe(deployment)
  })
})

it('leaves alone what is no workload', async () => {
  const configMap = frozenObject('v1 ConfigMap')
  expect(await revise(configMap, 0, { replicas: 0 })).toBe(configMap)
})
