import { expect, it } from '@jest/globals'
import { memberNamespace } from './member-namespace.ts'

// design.md §2, rules of writing 10
it('a namespace has the labels of the host, but those of its tools and policies', () => {
  const labels = {
    team: 'a',
    'kubernetes.io/metadata.name': 'shop',
    'argocd.argoproj.io/instance': 'shop',
    'clusterpropagationpolicy.karmada.io/permanent-id': 'p1',
  }
  expect(memberNamespace('shop', labels)).toEqual({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'shop',
      labels: { team: 'a', 'kubernetes.io/metadata.name': 'shop', 'karmada.io/managed': 'true' },
    },
  })
})
