import { expect, it } from '@jest/globals'
import { printTokens } from './print.ts'

it.each([
  {
    name: 'none, and how to make one',
    rows: [],
    want: 'There are no join tokens: flotilla token create <cluster> makes one.\n',
  },
  {
    name: 'those that are there, by cluster',
    rows: [
      { cluster: 'm2', expires: '2026-01-02T00:00:00Z', expired: false },
      { cluster: 'edge-berlin', expires: '2026-01-01T00:00:00Z', expired: true },
    ],
    want: [
      'CLUSTER      EXPIRES\n',
      'edge-berlin  2026-01-01T00:00:00Z (expired)\n',
      'm2           2026-01-02T00:00:00Z\n',
    ].join(''),
  },
])('tokens are listed: $name', ({ rows, want }) => expect(printTokens(rows)).toBe(want))
