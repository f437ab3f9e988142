// Given to an operator by --import, for the bench only: whoever connects to the socket starts a CPU profile of the main
// thread by "start", and gets it as JSON by "stop". Until then it does nothing at all.
import { rmSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { createServer } from 'node:net'
import { isMainThread } from 'node:worker_threads'

const SAMPLE_MICROS = 1_000

const socketPath = process.env.BENCH_OPERATOR_SOCKET

async function answer(command, session) {
  if (command === 'start') {
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROS })
    await session.post('Profiler.start')
    return '{}'
  }
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return JSON.stringify(profile)
}

if (isMainThread && socketPath !== undefined) {
  const session = new Session()
  rmSync(socketPath, { force: true })
  const server = createServer({ allowHalfOpen: true }, socket => {
    let command = ''
    socket.on('data', chunk => (command += chunk))
    socket.on('end', async () => socket.end(await answer(command, session)))
  })
  server.listen(socketPath)
  server.unref()
}
