import { POD } from '../api/kinds.ts'
import { listAt, stringAt } from '../object/field.ts'
import type { ObjectKey } from '../object/object-key.ts'
import { decodeBody } from './decode-response.ts'
import { objectPath } from './paths.ts'
import type { ServerConfig } from './server-config.ts'
import { openWebSocket, type WebSocketConnection } from './websocket.ts'

/** Channels of the protocol: the first byte of each message. @source Kubernetes KEP-4006 */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const
const PROTOCOL = 'v5.channel.k8s.io'

/** Size of a terminal, in characters. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** Where a command's input comes from, and its output goes. */
export interface ExecStreams {
  /** Absent: the command has no input. */
  readonly input?: AsyncIterable<Uint8Array>
  readonly stdout: (bytes: Uint8Array) => void
  readonly stderr: (bytes: Uint8Array) => void
  /** Calls back with the size at once, and when it changes. */
  readonly onResize?: (run: (size: TerminalSize) => void) => void
}

export interface ExecOptions {
  readonly pod: ObjectKey
  readonly container: string
  readonly command: readonly string[]
  readonly tty: boolean
  readonly signal: AbortSignal
}

/** How a command ended. */
export interface ExecResult {
  readonly exitCode: number
  /** Why it could not be run; absent when it ran. */
  readonly message?: string
}

/**
 * Runs a command in a container.
 *
 * @throws StatusError for a refusal; TransportError.
 */
export async function exec(config: ServerConfig, options: ExecOptions, streams: ExecStreams): Promise<ExecResult> {
  const path = execPath(options, streams.input !== undefined)
  const socket = await openWebSocket(config, { path, protocols: [PROTOCOL], signal: options.signal })
  streams.onResize?.(({ columns, rows }) => {
    const size = JSON.stringify({ Width: columns, Height: rows })
    socket.send(Buffer.concat([Buffer.from([CHANNEL.resize]), Buffer.from(size)]))
  })
  if (streams.input !== undefined) sendInput(socket, streams.input)
  let result: ExecResult = { exitCode: 1, message: 'the connection ended before the command did' }
  try {
    for await (const message of socket.messages()) {
      const payload = message.subarray(1)
      if (message[0] === CHANNEL.stdout) streams.stdout(payload)
      else if (message[0] === CHANNEL.stderr) streams.stderr(payload)
      else if (message[0] === CHANNEL.error) result = resultOf(decodeBody(payload, config.name))
    }
  } finally {
    socket.close()
  }
  return result
}

function execPath({ pod, container, command, tty }: ExecOptions, input: boolean): string {
  const query = new URLSearchParams({ container, stdout: 'true', stderr: String(!tty) })
  if (input) query.append('stdin', 'true')
  if (tty) query.append('tty', 'true')
  for (const word of command) query.append('command', word)
  return `${objectPath(POD, pod, 'exec')}?${query.toString()}`
}

/** Nobody waits for the input: it may never end, and the command ends all the same. */
function sendInput(socket: WebSocketConnection, input: AsyncIterable<Uint8Array>): void {
  const copy = async (): Promise<void> => {
    for await (const chunk of input) {
      if (!socket.send(Buffer.concat([Buffer.from([CHANNEL.stdin]), chunk]))) await socket.drained()
    }
    socket.send(Buffer.from([CHANNEL.close, CHANNEL.stdin]))
  }
  // What breaks the connection is told by whoever reads from it.
  copy().catch(() => undefined)
}

/** What the Status at the end of a command says of it. */
export function resultOf(status: unknown): ExecResult {
  if (stringAt(status, 'status') === 'Success') return { exitCode: 0 }
  const causes = listAt(status, 'details', 'causes')
  const code = causes.find(cause => stringAt(cause, 'reason') === 'ExitCode')
  const exitCode = Number(stringAt(code, 'message') ?? Number.NaN)
  if (Number.isInteger(exitCode)) return { exitCode }
  return { exitCode: 1, message: stringAt(status, 'message') ?? 'the command could not be run' }
}
