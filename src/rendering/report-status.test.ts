import { describe, expect, it } from '@jest/globals'
import type { ManifestStatus } from '../api/generated/work.ts'
import { newInterpreter } from '../interpreter/interpreter.ts'
import { manifestIdentifier } from '../interpreter/manifest-status.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { a } from '../testing/builders.ts'
import { frozenObject } from '../testing/frozen-object.ts'
import { reportStatus, tellTurns } from './report-status.ts'

const manifest = frozenObject('apps/v1 Deployment', {
  metadata: { annotations: { 'resourcetemplate.karmada.io/uid': 'u1' } },
  spec: { replicas: 1 },
})
const held = (readyReplicas: number) =>
  frozenObject('apps/v1 Deployment', {
    metadata: { generation: 1 },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, updatedReplicas: 1, readyReplicas, availableReplicas: readyReplicas },
  })
const reported = (health: ManifestStatus['health']): ManifestStatus => ({
  identifier: manifestIdentifier(manifest, 0),
  ...(health !== undefined && { health }),
})

async function report(before: ManifestStatus | undefined, object: KubeObject | undefined, change: object = {}) {
  const events: unknown[][] = []
  const recorder: Recorder = {
    event: (about, ...said) => void events.push([about.kind, ...said]),
  }
  const work = a.work({
    spec: { workload: { manifests: [manifest] } },
    ...(before && { status: { manifestStatuses: [before] } }),
  })
  const interpreter = { ...newInterpreter(), ...change }
  const { statuses, failures, turns } = await reportStatus({ interpreter, recorder, cluster: 'm1' }, work, [object])
  const atOnce = events.splice(0)
  tellTurns(recorder, turns)
  return { atOnce, whenWritten: events, healths: statuses.map(status => status.health), failures }
}

// spec/behaviour/status.md §1, api/constants.md §7
describe('a health that', () => {
  it.each([
    {
      name: 'turned is told on the template, when it is written',
      before: reported('Unhealthy'),
      want: [['Deployment', 'Normal', 'InterpretHealthSucceed', 'In cluster m1 it is Healthy, and was Unhealthy']],
    },
    { name: 'stays is not', before: reported('Healthy'), want: [] },
    { name: 'is known for the first time is not', before: undefined, want: [] },
    { name: 'was not said before is not', before: reported(undefined), want: [] },
  ])('$name', async ({ before, want }) =>
    expect(await report(before, held(1))).toEqual({
      atOnce: [],
      whenWritten: want,
      healths: ['Healthy'],
      failures: [],
    }),
  )
})

it('a health that cannot be judged is Unknown, and told on template and Work', async () => {
  const interpretHealth = () => Promise.reject(new Error('no'))
  expect(await report(reported('Healthy'), held(1), { interpretHealth })).toEqual({
    whenWritten: [],
    atOnce: ['Deployment', 'Work'].map(kind => [kind, 'Warning', 'InterpretHealthFailed', 'In cluster m1: no']),
    healths: ['Unknown'],
    failures: [],
  })
})

it('a status that cannot be read is told on template and Work, and is a failure', async () => {
  const failure = new Error('no')
  expect(await report(undefined, held(1), { reflectStatus: () => Promise.reject(failure) })).toEqual({
    whenWritten: [],
    atOnce: ['Deployment', 'Work'].map(kind => [kind, 'Warning', 'ReflectStatusFailed', 'In cluster m1: no']),
    healths: [],
    failures: [failure],
  })
})

it('of what the member does not hold nothing is said', async () => {
  expect(await report(reported('Healthy'), undefined)).toEqual({
    atOnce: [],
    whenWritten: [],
    healths: [],
    failures: [],
  })
})
