import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { cpuSeconds, identify, isRunning, parseStat, rssBytes } from './process-identity.ts'

describe('parseStat', () => {
  it('reads past a command that holds spaces and parentheses', () => {
    const counted = Array.from({ length: 26 }, (_, n) => String(n + 4))
    const line = `7 (a b) c) S ${counted.join(' ')}`
    expect(parseStat(line)).toEqual({ state: 'S', cpuTicks: 14 + 15, threads: 20, startTicks: 22, rssPages: 24 })
  })
})

describe('a process', () => {
  it('runs while it is the same one', () => {
    const self = identify(process.pid)
    expect(isRunning(self)).toBe(true)
    expect(isRunning({ ...self, startTicks: 1 })).toBe(process.platform !== 'linux')
    expect(isRunning(identify(spawnSync('true').pid))).toBe(false)
  })

  const onLinux = process.platform === 'linux' ? it : it.skip
  onLinux('tells its CPU time and memory', () => {
    const self = identify(process.pid)
    expect(cpuSeconds(self)).toBeGreaterThan(0)
    expect(rssBytes(self)).toBeGreaterThan(10e6)
  })
})
