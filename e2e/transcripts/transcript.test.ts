import { describe, expect, it } from '@jest/globals'
import { normalise } from './normalise.ts'
import { formatStep, parseTranscript } from './transcript.ts'

const TEXT = `What a user sees.

$ flotilla get pods
  NAME  READY
  
  web   1/1
! a warning
[1]

$ kubectl apply -f - <<END
> kind: X
> END
`

describe('parseTranscript', () => {
  it('gives commands and prose, without answers', () => {
    expect(parseTranscript(TEXT)).toEqual([
      { type: 'text', text: 'What a user sees.' },
      { type: 'text', text: '' },
      { type: 'command', command: 'flotilla get pods' },
      { type: 'text', text: '' },
      { type: 'command', command: 'kubectl apply -f - <<END\nkind: X\nEND' },
    ])
  })
})

describe('formatStep', () => {
  it.each([
    { name: 'nothing was said', answer: { exitCode: 0, stdout: '', stderr: '' }, want: '$ a\n' },
    {
      name: 'both outputs and an exit code',
      answer: { exitCode: 2, stdout: 'x\n\ny\n', stderr: 'no\n' },
      want: '$ a\n  x\n  \n  y\n! no\n[2]\n',
    },
  ])('$name', ({ answer, want }) => expect(formatStep('a', answer)).toBe(want))

  it('is what parseTranscript reads', () => {
    const written = formatStep('a\nb', { exitCode: 1, stdout: 'one\n\ntwo\n', stderr: '\n' })
    expect(parseTranscript(written)).toEqual([{ type: 'command', command: 'a\nb' }])
  })
})

describe('normalise', () => {
  it.each([
    { text: 'at 2026-01-02T03:04:05.123Z', want: 'at <time>' },
    { text: 'https://127.0.0.1:34567/x', want: 'https://127.0.0.1:<port>/x' },
    { text: 'id 0a1b2c3d-0000-4000-8000-00112233aabb', want: 'id <uid>' },
    { text: 'Kubernetes v1.36.3', want: 'Kubernetes <version>' },
    { text: 'web-6d9c7f5b4-x2k8p', want: 'web-<hash>' },
    { text: 'after 12 s', want: 'after <n> s' },
    { text: 'NAME     AGE\nweb      12s\nweb-two  4m5s', want: 'NAME  AGE\nweb  <age>\nweb-two  <age>' },
    { text: 'NAME     REPLICAS\nweb-two  2', want: 'NAME     REPLICAS\nweb-two  2' },
  ])('$text', ({ text, want }) => expect(normalise(text)).toBe(want))
})
