import { describe, expect, it } from '@jest/globals'
import { basesObstacle, releaseName } from './image-bases.ts'

describe('releaseName', () => {
  it('is the code name, which debootstrap knows the release by', () =>
    expect(releaseName('ID=debian\nVERSION_CODENAME=bookworm\nVERSION_ID="12"\n')).toBe('bookworm'))

  it('is asked of a Debian', () => expect(() => releaseName('ID=other\n')).toThrow('Debian'))
})

describe('basesObstacle', () => {
  const debian = 'VERSION_CODENAME=bookworm\n'
  const runtime = 'localhost/flotilla-runtime:bookworm'
  const all = [`localhost/flotilla-build:bookworm-node${process.versions.node}`, runtime]
  it.each([
    { name: 'nothing, where both are in the store', there: all, osRelease: debian, want: undefined },
    {
      name: 'how to make them, where one is not',
      there: [runtime],
      osRelease: debian,
      want: /npm run build:controlplanes/,
    },
    { name: 'another system', there: all, osRelease: 'ID=other\n', want: /Debian/ },
  ])('$name', async ({ there, osRelease, want }) => {
    const why = await basesObstacle({ has: async tag => there.includes(tag) }, () => osRelease)
    if (want === undefined) expect(why).toBeUndefined()
    else expect(why).toMatch(want)
  })
})
