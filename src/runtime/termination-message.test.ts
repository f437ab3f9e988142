import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { leaveTerminationMessage } from './termination-message.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-'))
  path = join(folder, 'termination-log')
})

afterEach(() => rmSync(folder, { recursive: true }))

describe('leaveTerminationMessage', () => {
  it('writes where the kubelet has put a file, and no more than it takes', () => {
    writeFileSync(path, '')
    leaveTerminationMessage('why'.repeat(5000), path)
    expect(readFileSync(path, 'utf8')).toHaveLength(4096)
  })

  it('makes no file of its own', () => {
    leaveTerminationMessage('why', path)
    expect(existsSync(path)).toBe(false)
  })

  it('does not throw when it cannot write', () => {
    expect(() => leaveTerminationMessage('why', folder)).not.toThrow()
  })
})
