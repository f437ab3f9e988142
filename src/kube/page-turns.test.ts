import { expect, it } from '@jest/globals'
import { PageTurns } from './page-turns.ts'

const LARGE = 1_000_000
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

it('one large page is decoded in a turn, in the order of asking', async () => {
  const turns = new PageTurns()
  const decoded: string[] = []
  const read = async (name: string, bytes: number): Promise<void> => {
    await turns.take(bytes, false)
    decoded.push(name)
  }
  const all = ['a', 'b', 'c'].map(name => read(name, LARGE))
  const small = read('small', 100)
  await small
  expect(decoded).toEqual(['a', 'small'])
  await turn()
  expect(decoded).toEqual(['a', 'small', 'b'])
  await Promise.all(all)
  expect(decoded).toEqual(['a', 'small', 'b', 'c'])
})

it('a page that comes alone waits for nothing', async () => {
  const turns = new PageTurns()
  await turns.take(LARGE, false)
  await turn()
  await turn()
  let isTaken = false
  void turns.take(LARGE, false).then(() => {
    isTaken = true
  })
  await Promise.resolve()
  expect(isTaken).toBe(true)
})

it('pages that everything begins with go first', async () => {
  const turns = new PageTurns()
  const decoded: string[] = []
  const read = async (name: string, isFirst: boolean): Promise<void> => {
    await turns.take(LARGE, isFirst)
    decoded.push(name)
  }
  await Promise.all([read('member1', false), read('member2', false), read('host1', true), read('host2', true)])
  expect(decoded).toEqual(['member1', 'host1', 'host2', 'member2'])
})

it('too many bytes do not wait', async () => {
  const turns = new PageTurns()
  const decoded: string[] = []
  const read = async (name: string): Promise<void> => {
    await turns.take(30 * 1024 * 1024, false)
    decoded.push(name)
  }
  const all = ['a', 'b', 'c', 'd'].map(read)
  await Promise.resolve()
  await Promise.resolve()
  expect(decoded).toEqual(['a', 'd'])
  await Promise.all(all)
  expect(decoded).toEqual(['a', 'd', 'b', 'c'])
})
