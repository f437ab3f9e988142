// A process that does nothing but look at its own event loop: what is late there is late by the machine alone.
// usage: idle-loop.ts; prints the delays as JSON when its standard input ends.
import { spawn } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { text } from 'node:stream/consumers'
import { delaySeconds, RESOLUTION_MS } from '../src/runtime/event-loop-metrics.ts'
import { type Figures, round } from './report.ts'

const MS_PER_SECOND = 1e3

/** Starts to look. @returns ends it, and gives what an idle process had to wait. */
export function startIdleLoop(): () => Promise<Figures> {
  const child = spawn(process.execPath, [import.meta.filename], { stdio: ['pipe', 'pipe', 'inherit'] })
  const printed = text(child.stdout)
  return async () => {
    child.stdin.end()
    return JSON.parse(await printed)
  }
}

async function main(): Promise<void> {
  // As often as the operator looks at its own.
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  await text(process.stdin)
  const [p50, p99, max] = [delays.percentile(50), delays.percentile(99), delays.max].map(delayMs)
  process.stdout.write(JSON.stringify({ idleLoopDelayP50Ms: p50, idleLoopDelayP99Ms: p99, idleLoopDelayMaxMs: max }))
}

function delayMs(intervalNs: number): number {
  return round(MS_PER_SECOND * delaySeconds(intervalNs))
}

if (import.meta.main) await main()
