import { describe, expect, it } from '@jest/globals'
import type { Placement } from '../api/generated/propagation-policy.ts'
import { newInterpreter } from '../interpreter/interpreter.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { a } from '../testing/builders.ts'
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
  spec: { replicas?: number; placement?: Placement } = {},
) => {
  const { apiVersion, kind } = template
  const binding: Binding = frozen({
    apiVersion: 'work.karmada.io/v1alpha2',
    kind: 'ResourceBinding',
    metadata: { name: 'x' },
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
  it.each([
    { template: deployment, want: { replicas: 0 } },
    { template: job, want: { parallelism: 0, completions: 9 } },
  ])('gives a cluster none that it is not said to have: $template.kind', async ({ template, want }) =>
    expect((await revise(template, 2, { replicas: 0, placement: divided }))['spec']).toEqual(want),
  )

  it('leaves it as it is where nobody knew its replicas then', async () => {
    const binding = a.binding({ spec: { placement: divided } })
    const input = { binding, template: deployment, targets, target: { name: 'c' } }
    expect(binding.spec).not.toHaveProperty('replicas')
    expect(await reviseManifest(input, newInterpreter())).toBe(deployment)
  })

  it('leaves it as it is where nobody can say now', async () => {
    const getReplicas = (): never => {
      throw new Error('the script fails')
    }
    const binding = a.binding({ spec: { replicas: 0 } })
    const input = { binding, template: deployment, targets, target: { name: 'c' } }
    expect(await reviseManifest(input, { ...newInterpreter(), getReplicas })).toBe(deployment)
  })
})

it('leaves alone what is no workload', async () => {
  const configMap = frozenObject('v1 ConfigMap')
  expect(await revise(configMap, 0, { replicas: 0 })).toBe(configMap)
})
