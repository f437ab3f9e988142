import { describe, expect, it } from '@jest/globals'
import { failedRenewal, goodToken } from './plan.ts'

const HOUR_MS = 3_600_000
const NOW = Date.UTC(2026, 0, 1)
const leaseWith = (leftMs: number) => ({
  serviceAccount: { namespace: 'karmada-cluster', name: 'flotilla-m1' },
  lifetimeMs: 10 * HOUR_MS,
  expiresMs: NOW + leftMs,
})

describe('a token that could not be replaced', () => {
  it.each([
    { name: 'worries nobody while most of its life is left', leftMs: 3 * HOUR_MS, isRefused: false, want: undefined },
    {
      name: 'is expiring with a fifth of its life left',
      leftMs: 2 * HOUR_MS,
      isRefused: false,
      want: 'TokenExpiring the token is good until 2026-01-01T02:00:00.000Z, and could not be replaced: why; let the member be reached before that',
    },
    {
      name: 'is told of at once when the member refuses',
      leftMs: 8 * HOUR_MS,
      isRefused: true,
      want: 'TokenExpiring the token is good until 2026-01-01T08:00:00.000Z, and could not be replaced: why; let karmada-cluster/flotilla-m1 of the member create serviceaccounts/token of itself, or join the member again with the kubeconfig of its administrator',
    },
    {
      name: 'has expired',
      leftMs: 0,
      isRefused: false,
      want: 'TokenExpired the token was good until 2026-01-01T00:00:00.000Z, and could not be replaced: why; join the member again with the kubeconfig of its administrator',
    },
  ])('$name', ({ leftMs, isRefused, want }) => {
    const condition = failedRenewal(leaseWith(leftMs), { cause: 'why', isRefused }, NOW)
    expect(condition && `${condition.reason} ${condition.message}`).toBe(want)
  })
})

it('a token that was replaced is good until it ends', () => {
  expect(goodToken(leaseWith(10 * HOUR_MS))).toMatchObject({
    type: 'TokenRenewal',
    status: 'True',
    message: 'the token is good until 2026-01-01T10:00:00.000Z',
  })
})
