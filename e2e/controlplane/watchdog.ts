import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** Ends what it guards when this process ends, in whatever way (watchdog.sh tells how). */
export interface Watchdog {
  add(pid: number): void
  drop(pid: number): void
  /** Runs a command then; its words hold no spaces or quotes. */
  atEnd(words: readonly string[]): void
  /** Stops guarding: everything lives on after this process. */
  release(): void
  /** Ends the guard now, as if this process had ended. */
  close(): void
}

/** @param removeDirectory removed at the end too, or undefined. */
export function startWatchdog(removeDirectory: string | undefined): Watchdog {
  const script = join(import.meta.dirname, 'watchdog.sh')
  const child = spawn('/bin/sh', [script, removeDirectory ?? ''], {
    detached: true, // a session of its own: Ctrl-C in the terminal must not reach it
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  })
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  const { stdin } = child
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  return {
    add: pid => void stdin.write(`add ${pid}\n`),
    drop: pid => void stdin.write(`drop ${pid}\n`),
    atEnd: words => void stdin.write(`atend ${words.join(' ')}\n`),
    release: () => void stdin.end('release\n'),
    close: () => void stdin.end(),
  }
}
