import { describe, expect, it } from '@jest/globals'
import { implicitPriority, isSelectedByName, matchesAnySelector, type ResourceSelector } from './resource-selector.ts'

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' }
const nginx = { ...deployment, metadata: { name: 'nginx', namespace: 'shop', labels: { app: 'web' } } }

describe('implicitPriority (propagation.md §2.1)', () => {
  it.each<{ name: string; selectors: readonly ResourceSelector[]; want: number }>([
    { name: 'a name is 3', selectors: [{ ...deployment, name: 'nginx' }], want: 3 },
    {
      name: 'a name ignores the labelSelector',
      selectors: [{ ...deployment, name: 'nginx', labelSelector: { matchLabels: { app: 'db' } } }],
      want: 3,
    },
    {
      name: 'another name does not match, whatever the labels say',
      selectors: [{ ...deployment, name: 'other', labelSelector: { matchLabels: { app: 'web' } } }],
      want: 0,
    },
    { name: 'labels are 2', selectors: [{ ...deployment, labelSelector: { matchLabels: { app: 'web' } } }], want: 2 },
    { name: 'an empty labelSelector is 2', selectors: [{ ...deployment, name: '', labelSelector: {} }], want: 2 },
    { name: 'neither is 1', selectors: [deployment], want: 1 },
    {
      name: 'other labels do not match',
      selectors: [{ ...deployment, labelSelector: { matchLabels: { app: 'x' } } }],
      want: 0,
    },
    { name: 'the namespace must be equal', selectors: [{ ...deployment, namespace: 'other' }], want: 0 },
    { name: 'an empty namespace is any', selectors: [{ ...deployment, namespace: '' }], want: 1 },
    {
      name: 'the apiVersion is compared as text',
      selectors: [{ apiVersion: 'apps/v1beta1', kind: 'Deployment' }],
      want: 0,
    },
    { name: 'the kind is compared as text', selectors: [{ apiVersion: 'apps/v1', kind: 'deployment' }], want: 0 },
    { name: 'the closest of several counts', selectors: [deployment, { ...deployment, name: 'nginx' }], want: 3 },
    { name: 'no selectors match nothing', selectors: [], want: 0 },
  ])('$name', ({ selectors, want }) => {
    expect(implicitPriority(selectors, nginx)).toBe(want)
    expect(matchesAnySelector(selectors, nginx)).toBe(want > 0)
    expect(isSelectedByName(selectors, nginx)).toBe(want === 3)
  })

  it('a cluster-scoped object has the empty namespace', () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' } }
    expect(implicitPriority([{ apiVersion: role.apiVersion, kind: role.kind, namespace: 'x' }], role)).toBe(0)
    expect(implicitPriority([{ apiVersion: role.apiVersion, kind: role.kind }], role)).toBe(1)
  })
})
