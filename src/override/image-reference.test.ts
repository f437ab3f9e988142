import { describe, expect, it } from '@jest/globals'
import { formatImage, parseImage, withVersion } from './image-reference.ts'

const SHA = `sha256:${'0123456789abcdef'.repeat(4)}`
const parts = { host: '', repository: '', tag: '', digest: '' }

describe('parseImage (spec/behaviour/overrides.md §3)', () => {
  it.each([
    { image: 'nginx', want: { repository: 'nginx' } },
    { image: 'nginx:1.25', want: { repository: 'nginx', tag: '1.25' } },
    { image: 'library/nginx', want: { repository: 'library/nginx' } },
    { image: 'docker.io/library/nginx:1.25', want: { host: 'docker.io', repository: 'library/nginx', tag: '1.25' } },
    { image: 'localhost/nginx', want: { host: 'localhost', repository: 'nginx' } },
    { image: 'r:5000/a/b/c', want: { host: 'r:5000', repository: 'a/b/c' } },
    { image: 'r:5000', want: { repository: 'r', tag: '5000' } },
    { image: '[2001:db8::1]:5000/a', want: { host: '[2001:db8::1]:5000', repository: 'a' } },
    { image: 'Team/app', want: { repository: 'Team/app' } },
    { image: `nginx@${SHA}`, want: { repository: 'nginx', digest: SHA } },
    { image: `r.example/nginx:1@${SHA}`, want: { host: 'r.example', repository: 'nginx', tag: '1' } },
    { image: 'a__b/c-d.e---f', want: { repository: 'a__b/c-d.e---f' } },
  ])('takes $image apart', ({ image, want }) => {
    const reference = parseImage(image)
    expect(reference).toEqual({ ...parts, ...want })
    expect(reference && formatImage(reference)).toBe(image.includes(':1@') ? 'r.example/nginx:1' : image)
  })

  it.each([
    '',
    ':1',
    'Nginx',
    'a//b',
    'r.example//nginx',
    '/nginx',
    'nginx/',
    'nginx:',
    'nginx:-x',
    `nginx:${'x'.repeat(129)}`,
    'nginx@',
    'nginx@sha256:12',
    `nginx@${SHA}@${SHA}`,
    '-r.example/nginx',
    'r:port/nginx',
    'a b',
    'a.-b',
    'x'.repeat(256),
    `a${'-'.repeat(100_000)}`,
  ])('refuses "%.40s"', image => expect(parseImage(image)).toBeUndefined())
})

describe('withVersion', () => {
  const reference = { ...parts, repository: 'nginx', tag: '1' }
  it.each([
    { name: 'a tag', version: '2-alpine', want: { tag: '2-alpine', digest: '' } },
    { name: 'a digest', version: SHA, want: { tag: '', digest: SHA } },
    { name: 'neither', version: 'a b', want: { tag: '1', digest: '' } },
  ])('sets $name', ({ version, want }) => expect(withVersion(reference, version)).toEqual({ ...reference, ...want }))
})
