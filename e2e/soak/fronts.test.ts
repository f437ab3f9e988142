import { beforeEach, expect, it } from '@jest/globals'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import type { Fault } from '../controlplane/fault-proxy.ts'
import { CALM, type Weather } from '../controlplane/storm-proxy.ts'
import { type Front, frontOf, type Way } from './fronts.ts'

let lines: (Fault | undefined)[]
let weathers: (Weather | undefined)[]
let front: Front

const wayOf = (index: number): Way => ({
  endpoint: { url: '', ca: '', token: '' },
  line: {
    become: async fault => {
      lines[index] = fault
    },
  },
  storm: {
    brokenWatches: index + 1,
    become: weather => {
      weathers[index] = weather
    },
  },
  stop: async () => undefined,
})

beforeEach(() => {
  lines = []
  weathers = []
  front = frontOf({} as ControlPlane, [0, 1, 2].map(wayOf))
})

it('what befalls a server befalls all ways to it', async () => {
  await front.line.become('refusing')
  front.storm.become(CALM)
  expect(lines).toEqual(['refusing', 'refusing', 'refusing'])
  expect(weathers).toEqual([CALM, CALM, CALM])
})

it('watches that broke are counted on all ways', () => expect(front.storm.brokenWatches).toBe(6))
