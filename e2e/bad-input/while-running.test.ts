import { expect, it } from '@jest/globals'
import { whileRunning } from './while-running.ts'

const never = (): Promise<void> => new Promise(() => undefined)

it('gives what comes of it', async () => {
  expect(await whileRunning({ whyNotRunning: () => undefined }, async () => 7)).toBe(7)
})

it('does not wait for what a program does that has ended', async () => {
  let looks = 0
  const whyNotRunning = () => (++looks < 2 ? undefined : 'operator ended')
  await expect(whileRunning({ whyNotRunning }, never)).rejects.toThrow('operator ended')
})
