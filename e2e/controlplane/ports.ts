import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the range that Linux gives to outgoing connections (32768 up): a server that restarts finds its port free. */
const LOWEST = 12_000
const HIGHEST = 32_000
const TRIES = 200

/** @returns distinct TCP ports of 127.0.0.1 that nothing listens on now, chosen at random so that two runs do not meet. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>()
  for (let tries = 0; ports.size < count; tries++) {
    if (tries > TRIES + count) throw new Error(`no ${count} free ports between ${LOWEST} and ${HIGHEST}`)
    const port = randomInt(LOWEST, HIGHEST)
    if (!ports.has(port) && (await isFree(port))) ports.add(port)
  }
  return [...ports]
}

/** @returns one free port; see {@link freePorts}. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  if (port === undefined) throw new Error('no free port')
  return port
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
