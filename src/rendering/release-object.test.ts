import { describe, expect, it } from '@jest/globals'
import { a } from '../testing/builders.ts'
import { planRelease } from './release-object.ts'

const version = { op: 'replace', path: '/metadata/resourceVersion', value: '7' }
const entry = (manager: string) => ({ manager, operation: 'Apply' as const })

describe('an object that stays in a member', () => {
  it('loses our labels and annotations, and those of the template that only we read', () => {
    const object = a.configMap({
      resourceVersion: '7',
      labels: { 'karmada.io/managed': 'true', app: 'a' },
      annotations: {
        'work.karmada.io/name': 'w',
        'work.karmada.io/conflict-resolution': 'overwrite',
        'flotilla.dev/drift': 'share',
        'example.com/note': 'n',
      },
    })
    expect(planRelease(object)).toEqual([
      { op: 'remove', path: '/metadata/labels/karmada.io~1managed' },
      { op: 'remove', path: '/metadata/annotations/work.karmada.io~1name' },
      { op: 'remove', path: '/metadata/annotations/work.karmada.io~1conflict-resolution' },
      { op: 'remove', path: '/metadata/annotations/flotilla.dev~1drift' },
      version,
    ])
  })

  it.each([
    { name: 'others keep', managers: ['flotilla', 'kubectl'], value: [entry('kubectl')] },
    { name: 'nobody owns any more', managers: ['flotilla', 'flotilla'], value: [{}] },
  ])('loses our fields to those that $name', ({ managers, value }) => {
    const object = a.configMap({ metadata: { resourceVersion: '7', managedFields: managers.map(entry) } })
    expect(planRelease(object)).toEqual([{ op: 'replace', path: '/metadata/managedFields', value }, version])
  })

  it('is left when it has nothing of ours', () => {
    const object = a.configMap({ labels: { app: 'a' }, metadata: { managedFields: [entry('kubectl')] } })
    expect(planRelease(object)).toBeUndefined()
  })
})
