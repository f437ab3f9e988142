import type { ControlPlane } from '../controlplane/control-plane.ts'
import { type FaultProxy, startFaultProxy } from '../controlplane/fault-proxy.ts'
import type { Endpoint } from '../controlplane/rest.ts'
import { type StormProxy, startStormProxy } from '../controlplane/storm-proxy.ts'
import type { Random } from './random.ts'

/** Connections that break, hang and are refused. */
export type Line = Pick<FaultProxy, 'become'>

/** Requests that are treated badly. */
export type Storm = Pick<StormProxy, 'become' | 'brokenWatches'>

/** What stands before an apiserver. */
export interface Front {
  readonly plane: ControlPlane
  readonly line: Line
  readonly storm: Storm
}

/** The only way of somebody to an apiserver. */
export interface Way {
  readonly endpoint: Endpoint
  readonly line: Line
  readonly storm: Storm
  stop(): Promise<void>
}

export async function startWay(to: Endpoint, random: Random): Promise<Way> {
  const storm = await startStormProxy(to, () => random.next())
  const line = await startFaultProxy(storm.endpoint)
  return {
    ...{ endpoint: line.endpoint, line, storm },
    stop: async () => {
      await Promise.all([line.stop(), storm.stop()])
    },
  }
}

/** @returns all ways to an apiserver as one: what befalls it befalls each of them. */
export function frontOf(plane: ControlPlane, ways: readonly Way[]): Front {
  return {
    plane,
    line: {
      become: async fault => {
        await Promise.all(ways.map(({ line }) => line.become(fault)))
      },
    },
    storm: {
      become: weather => {
        for (const { storm } of ways) storm.become(weather)
      },
      get brokenWatches() {
        return ways.reduce((sum, { storm }) => sum + storm.brokenWatches, 0)
      },
    },
  }
}
