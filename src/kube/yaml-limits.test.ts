import { describe, expect, it } from '@jest/globals'
import { stringify } from 'yaml'
import { excessOf } from './yaml-limits.ts'

const KIB = 1024

describe('excessOf', () => {
  it.each([
    { name: 'a kubeconfig with 40 contexts of 4 KiB each', text: stringify(largeKubeconfig()) },
    { name: 'the same as JSON', text: JSON.stringify(largeKubeconfig()) },
    { name: 'base64 folded into lines', text: `a: |\n${`  ${'A'.repeat(76)}\n`.repeat(3000)}` },
  ])('lets $name pass', ({ text }) => expect(excessOf(text)).toBeUndefined())

  it.each([
    { name: 'size', text: 'x'.repeat(256 * KIB + 1), want: /256 KiB/ },
    { name: 'lines', text: 'a\n'.repeat(20_000), want: /lines/ },
    { name: 'brackets', text: '['.repeat(200 * KIB), want: /entries/ },
    { name: 'keys', text: Array.from({ length: 3000 }, (_, i) => `k${i}: v`).join('\n'), want: /entries/ },
    { name: 'entries in a flow', text: `[${'a,'.repeat(3000)}]`, want: /entries/ },
    { name: 'levels of brackets', text: '{a: '.repeat(33), want: /levels/ },
    { name: 'levels of dashes', text: '- '.repeat(33), want: /levels/ },
    { name: 'levels of question marks', text: '? '.repeat(33), want: /levels/ },
    { name: 'tags', text: '!a '.repeat(33), want: /levels/ },
  ])('refuses too many or too much: $name', ({ text, want }) => expect(excessOf(text)).toMatch(want))

  it.each([
    { name: 'dashes', text: '-'.repeat(256 * KIB) },
    { name: 'dashes and letters', text: '-x'.repeat(128 * KIB) },
    { name: 'a dash and spaces', text: `-${' '.repeat(255 * KIB)}` },
  ])('takes no time over $name', ({ text }) => {
    const startMs = performance.now()
    excessOf(text)
    expect(performance.now() - startMs).toBeLessThan(1000)
  })
})

function largeKubeconfig() {
  const names = Array.from({ length: 40 }, (_, i) => `cluster-${i}`)
  const data = 'QUJD'.repeat(KIB)
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: names.map(name => ({ name, cluster: { server: 'https://h', 'certificate-authority-data': data } })),
    users: names.map(name => ({ name, user: { token: 'a.b-c_d' } })),
    contexts: names.map(name => ({ name, context: { cluster: name, user: name } })),
    'current-context': 'cluster-0',
  }
}
