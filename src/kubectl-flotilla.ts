import { homedir } from 'node:os'
import type { ExpectedAdmission } from './cli/doctor/examine.ts'
import { newProgram } from './cli/program.ts'
import { newTerminal } from './cli/terminal.ts'
import { parkingPolicies } from './registration/policies/parking.ts'
import { listAdmissionPolicies } from './registration/policies/registry.ts'
import { systemClock } from './runtime/clock.ts'

const KEEP_ALIVE_MS = 60_000

/** Only names and kinds count: who the operator is, makes no difference to them. */
const expectedAdmission: ExpectedAdmission = parks => [
  ...listAdmissionPolicies('').flat(),
  ...(parks ? parkingPolicies({ namespace: '', operatorUser: '', skippedNamespaces: [] }) : []),
]

const terminal = newTerminal({
  clock: systemClock,
  env: process.env,
  home: homedir(),
  write: text => void process.stdout.write(text),
  warn: text => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY === true,
  input: process.stdin,
  setExitCode: code => {
    process.exitCode = code
  },
  keepAlive: () => {
    const timer = setInterval(() => {}, KEEP_ALIVE_MS)
    return () => clearInterval(timer)
  },
  onInterrupt: run => void process.once('SIGINT', run),
  expectedAdmission,
})

newProgram(terminal)
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    terminal.warn(`flotilla: ${error instanceof Error ? error.message : String(error)}\n`)
    terminal.setExitCode(1)
  })
