import { describe, expect, it } from '@jest/globals'
import { missingPackages, realNodeObstacle, thisMachine } from './requirements.ts'

const machine = { platform: 'linux', isRoot: true, has: () => true }

describe('realNodeObstacle', () => {
  it.each([
    { name: 'nothing, where everything is there', on: machine, want: undefined },
    { name: 'another system', on: { ...machine, platform: 'darwin' }, want: 'needs Linux' },
    { name: 'a user who is not root', on: { ...machine, isRoot: false }, want: 'needs root' },
    {
      name: 'a package, by its name',
      on: { ...machine, has: (shownBy: string) => shownBy !== '/usr/include/seccomp.h' },
      want: 'needs libseccomp-dev: as root, npm run build:controlplanes',
    },
  ])('$name', ({ on, want }) => expect(realNodeObstacle(on)).toBe(want))
})

describe('missingPackages', () => {
  it('names each package once', () => {
    const all = missingPackages({ ...machine, has: () => false })
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('thisMachine', () => {
  it('looks for programs on the PATH and for files where they are', () => {
    const { has } = thisMachine({ PATH: '/nowhere:/usr/bin' })
    expect([has('env'), has('no-such-program'), has('/usr/bin/env'), has('/no/such/file')]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })
})
