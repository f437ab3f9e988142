import { expect, it } from '@jest/globals'
import { a } from '../testing/builders.ts'
import { updateWork } from './work-writes.ts'

it('a Work that is being deleted is not written: it is made again when it is gone', async () => {
  const work = a.work({ name: 'web', metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })
  const refuse = (): never => {
    throw new Error('it was written')
  }
  const deps = { host: { create: refuse, get: refuse, update: refuse }, works: { observe: refuse } }
  await expect(updateWork(deps, work, AbortSignal.timeout(1_000))).rejects.toMatchObject({
    code: 'WorkTerminating',
    retry: 'backoff',
    message: expect.stringContaining('is being deleted: its manifest is written when it is gone'),
  })
})
