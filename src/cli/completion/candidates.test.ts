import { describe, expect, it } from '@jest/globals'
import { Command, Option } from 'commander'
import { candidatesFor } from './candidates.ts'

function newProgram(): Command {
  const program = new Command('flotilla').option('--kubeconfig <file>').option('--context <name>')
  program
    .command('drain')
    .argument('<name>')
    .addOption(new Option('-o, --output <format>').choices(['json', 'yaml']))
    .addOption(new Option('--secret <x>').hideHelp())
  program.command('promote').argument('<object...>').requiredOption('-C, --cluster <name>')
  program.command('hidden', { hidden: true })
  return program
}

describe('candidatesFor', () => {
  it.each([
    { typed: [''], want: { type: 'words', words: ['drain', 'help', 'promote'] } },
    { typed: ['--kubeconfig', 'x', ''], want: { type: 'words', words: ['drain', 'help', 'promote'] } },
    { typed: ['--kubeconfig', ''], want: { type: 'files' } },
    { typed: ['--kubeconfig=a'], want: { type: 'files' } },
    { typed: ['drain', ''], want: { type: 'clusters' } },
    { typed: ['drain', 'member1', ''], want: { type: 'words', words: [] } },
    { typed: ['drain', '-o', ''], want: { type: 'words', words: ['json', 'yaml'] } },
    { typed: ['drain', '-o', 'json', ''], want: { type: 'clusters' } },
    { typed: ['drain', '--'], want: { type: 'words', words: ['--output', '--kubeconfig', '--context', '--help'] } },
    { typed: ['promote', 'deployment/web', '-C', ''], want: { type: 'clusters' } },
    { typed: ['--context', 'drain', ''], want: { type: 'words', words: ['drain', 'help', 'promote'] } },
  ])('$typed', ({ typed, want }) => expect(candidatesFor(newProgram(), typed)).toEqual(want))
})
