import { describe, expect, it } from '@jest/globals'
import { asApplied } from './read-host.ts'

describe('asApplied', () => {
  const file = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', labels: { app: 'new' } } }
  const there = {
    ...file,
    metadata: { name: 'settings', uid: 'u1', labels: { app: 'old', claim: 'p1' }, annotations: { policy: 'web' } },
  }
  it('keeps id and claim of what is there, and says for the rest what the file says', () => {
    expect(asApplied(file, there).metadata).toEqual({
      name: 'settings',
      uid: 'u1',
      labels: { app: 'new', claim: 'p1' },
      annotations: { policy: 'web' },
    })
  })
  it('is the file where nothing is there', () => expect(asApplied(file, undefined)).toBe(file))
})
