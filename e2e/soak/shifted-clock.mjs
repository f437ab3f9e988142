// Given to an operator by --import: its wall clock is the machine's and what a file says, in milliseconds. Timers and
// performance.now go on as they are, as with a clock that somebody sets.
import { readFileSync, watchFile } from 'node:fs'

const file = process.env.SOAK_CLOCK_FILE
const machineNow = Date.now
let shiftMs = 0

function read() {
  shiftMs = Number(readFileSync(file, 'utf8')) || 0
}

read()
watchFile(file, { interval: 200, persistent: false }, read)
Date.now = () => machineNow() + shiftMs
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length === 0 ? [Date.now()] : given))
  }
}
