import { describe, expect, it } from '@jest/globals'
import { releaseName } from './image-bases.ts'

describe('releaseName', () => {
  it('is the code name, which debootstrap knows the release by', () =>
    expect(releaseName('ID=debian\nVERSION_CODENAME=bookworm\nVERSION_ID="12"\n')).toBe('bookworm'))

  it('is asked of a Debian', () => expect(() => releaseName('ID=other\n')).toThrow('Debian'))
})
