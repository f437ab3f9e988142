/** One command as a user types it, in a shell. */
export interface TranscriptStep {
  readonly type: 'command'
  /** Several lines where the shell needs them (a here-document, say). */
  readonly command: string
}

/** Prose between commands: kept as it is. */
export interface TranscriptText {
  readonly type: 'text'
  readonly text: string
}

/** What a command answered. */
export interface Answer {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const COMMAND = '$ '
const CONTINUED = '> '
const OUTPUT = '  '
const ERROR = '! '
const EXIT = /^\[\d+\]$/

/**
 * Reads the commands of a transcript, and the prose between them; what they answered is left out.
 *
 * A line that begins with `$ ` is a command, with `> ` its next line, with two spaces what it said, with `! ` what it said on
 * standard error; `[1]` is its exit code, which is told unless it is 0. Everything else is prose.
 */
export function parseTranscript(text: string): readonly (TranscriptStep | TranscriptText)[] {
  const parts: (TranscriptStep | TranscriptText)[] = []
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const last = parts.at(-1)
    if (line.startsWith(COMMAND)) parts.push({ type: 'command', command: line.slice(COMMAND.length) })
    else if (line.startsWith(CONTINUED) && last?.type === 'command') {
      parts.splice(-1, 1, { type: 'command', command: `${last.command}\n${line.slice(CONTINUED.length)}` })
    } else if (!isAnswer(line)) parts.push({ type: 'text', text: line })
  }
  return parts
}

function isAnswer(line: string): boolean {
  return line.startsWith(OUTPUT) || line.startsWith(ERROR.trim()) || EXIT.test(line)
}

/** Writes a command with its answer, as {@link parseTranscript} reads it. */
export function formatStep(command: string, { exitCode, stdout, stderr }: Answer): string {
  const [first = '', ...others] = command.split('\n')
  const lines = [
    `${COMMAND}${first}`,
    ...others.map(line => `${CONTINUED}${line}`),
    // A line of spaces only would be a trailing space in the file: it is told by its two spaces all the same.
    ...linesOf(stdout).map(line => `${OUTPUT}${line}`),
    ...linesOf(stderr).map(line => `${ERROR}${line}`),
    ...(exitCode === 0 ? [] : [`[${exitCode}]`]),
  ]
  return lines.map(line => `${line}\n`).join('')
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}
