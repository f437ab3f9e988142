import { expect, it } from '@jest/globals'
import { resultOf } from './exec.ts'

it.each([
  { name: 'success', status: { status: 'Success' }, want: { exitCode: 0 } },
  {
    name: 'an exit code',
    status: {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    },
    want: { exitCode: 3 },
  },
  {
    name: 'a command that is not there',
    status: { status: 'Failure', message: 'executable not found' },
    want: { exitCode: 1, message: 'executable not found' },
  },
  { name: 'nothing', status: undefined, want: { exitCode: 1, message: 'the command could not be run' } },
])('$name', ({ status, want }) => expect(resultOf(status)).toEqual(want))
