import { spawn } from 'node:child_process'

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | undefined
  /** Default 60 s. */
  readonly timeoutMs?: number
}

/** Runs a program to its end. @returns its standard output. @throws with its standard error when it fails. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { env = {}, input, timeoutMs = 60_000 } = options
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, timeout: timeoutMs, killSignal: 'SIGKILL' })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(stdout).toString('utf8'))
      const why = signal === null ? `exit ${code}` : `${signal}, limit ${timeoutMs} ms`
      reject(new Error(`${command} ${args.join(' ')}: ${why}\n${Buffer.concat(stderr).toString('utf8')}`))
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input ?? '')
  })
}
