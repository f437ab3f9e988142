import { describe, expect, it } from '@jest/globals'
import { aContext } from '../../testing/scheduling-context.ts'
import { taintToleration } from './taint-toleration.ts'

const tainted = (effect: string) => ({
  metadata: { name: 'member1' },
  spec: { taints: [{ key: 'gpu', value: 'yes', effect }] },
})

describe('TaintToleration (scheduling.md §4)', () => {
  it.each([
    { name: 'a taint repels', effect: 'NoSchedule', want: 'cluster(s) had untolerated taint {gpu=yes:NoSchedule}' },
    { name: 'NoExecute repels too', effect: 'NoExecute', want: 'cluster(s) had untolerated taint {gpu=yes:NoExecute}' },
    { name: 'PreferNoSchedule does not', effect: 'PreferNoSchedule', want: undefined },
    { name: 'a placed object stays', effect: 'NoExecute', targetNames: new Set(['member1']), want: undefined },
    {
      name: 'a tolerated taint does not repel, whatever its seconds',
      effect: 'NoExecute',
      placement: { clusterTolerations: [{ key: 'gpu', operator: 'Exists', tolerationSeconds: 0 }] },
      want: undefined,
    },
  ])('$name', ({ effect, want, ...context }) => {
    expect(taintToleration.filter?.(aContext(context), tainted(effect))).toBe(want)
  })

  it('a cluster without taints is fit', () => {
    expect(taintToleration.filter?.(aContext({}), { metadata: { name: 'm' } })).toBeUndefined()
  })
})
