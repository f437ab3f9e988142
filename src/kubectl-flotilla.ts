import { homedir } from 'node:os'
import type { ReadStream, WriteStream } from 'node:tty'
import type { ExpectedAdmission } from './cli/doctor/examine.ts'
import { newProgram } from './cli/program.ts'
import { newTerminal, type Screen } from './cli/terminal.ts'
import { parkingPolicies } from './registration/policies/parking.ts'
import { listAdmissionPolicies } from './registration/policies/registry.ts'
import { systemClock } from './runtime/clock.ts'

const KEEP_ALIVE_MS = 60_000

/** Only names and kinds count: who the operator is, makes no difference to them. */
const expectedAdmission: ExpectedAdmission = parks => [
  ...listAdmissionPolicies('').flat(),
  ...(parks ? parkingPolicies({ namespace: '', operatorUser: '', skippedNamespaces: [] }) : []),
]

function screenOf(input: ReadStream, output: WriteStream): Screen {
  return {
    setRaw: raw => void input.setRawMode(raw),
    size: () => ({ columns: output.columns, rows: output.rows }),
    onResize: run => void output.on('resize', run),
  }
}

const terminal = newTerminal({
  clock: systemClock,
  env: process.env,
  home: homedir(),
  write: text => void process.stdout.write(text),
  warn: text => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY === true,
  input: process.stdin,
  writeBytes: bytes => void process.stdout.write(bytes),
  warnBytes: bytes => void process.stderr.write(bytes),
  ...(process.stdin.isTTY && process.stdout.isTTY && { screen: screenOf(process.stdin, process.stdout) }),
  setExitCode: code => {
    process.exitCode = code
  },
  keepAlive: () => {
    const timer = setInterval(() => {}, KEEP_ALIVE_MS)
    return () => clearInterval(timer)
  },
  onInterrupt: run => void process.once('SIGINT', run),
  expectedAdmission,
  // With them comes the whole operator, which no other command has to wait for.
  operatorRules: async () => (await import('./host-rules.ts')).DECLARED_RULES.flatMap(({ rules }) => rules),
})

/** Who reads has gone, as with `| head`: there is nobody left to tell. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

newProgram(terminal)
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    terminal.warn(`flotilla: ${error instanceof Error ? error.message : String(error)}\n`)
    terminal.setExitCode(1)
  })
