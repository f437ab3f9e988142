import { randomInt } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { run } from '../command.ts'

/** The network of a fleet with real nodes: 10.<second>.0.0/16, a bridge of this machine in its first /24. */
export interface FleetNetwork {
  readonly second: number
  readonly bridge: string
  /** The machine itself as the nodes see it: apiservers listen there. */
  readonly address: string
}

/** Above what pods and Services of clusters without real nodes are given (components.ts). */
const LOWEST = 128
const HIGHEST = 255
const TRIES = 20

/** @returns the network with that second byte. */
export function fleetNetwork(second: number): FleetNetwork {
  return { second, bridge: `flotilla${second}`, address: `10.${second}.0.1` }
}

/**
 * Makes the bridge of a new fleet. Two fleets that choose the same network do not meet: the second finds its bridge's name taken.
 * @throws when this machine uses all networks.
 */
export async function createNetwork(): Promise<FleetNetwork> {
  const used = usedSecondBytes()
  let cause: unknown
  for (let tries = 0; tries < TRIES; tries++) {
    const network = fleetNetwork(randomInt(LOWEST, HIGHEST + 1))
    if (used.has(network.second)) continue
    try {
      await run('ip', ['link', 'add', network.bridge, 'type', 'bridge'])
    } catch (error) {
      cause = error
      continue
    }
    await run('ip', ['address', 'add', `${network.address}/24`, 'dev', network.bridge])
    await run('ip', ['link', 'set', network.bridge, 'up'])
    return network
  }
  throw new Error('no network for real nodes', { cause })
}

/** @returns the words of the command that removes the bridge with everything that hangs on it. */
export function removeNetwork({ bridge }: FleetNetwork): readonly string[] {
  return ['ip', 'link', 'delete', bridge]
}

function usedSecondBytes(): ReadonlySet<number> {
  const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  return new Set(addresses.filter(({ address }) => address.startsWith('10.')).map(({ address }) => secondByte(address)))
}

function secondByte(address: string): number {
  return Number(address.split('.')[1])
}
