import { resolve } from 'node:path'
import { Option } from 'commander'
import { interpret } from '../interpret.ts'
import { readManifestText, readManifestTexts, together } from '../manifest-files.ts'
import type { DefineCommand } from '../terminal.ts'
import { OPERATION_NAMES } from './operations.ts'

interface InterpretFlags {
  readonly filename: readonly string[]
  readonly operation?: string
  readonly desired?: string
  readonly observed?: string
  readonly status?: string
  readonly replicas?: string
  readonly test: readonly string[]
  readonly output: 'yaml' | 'json'
}

export const defineInterpret: DefineCommand = (program, terminal) => {
  program
    .command('interpret')
    .description(
      'Runs the scripts of ResourceInterpreterCustomizations as the operator does, offline: one operation, a file of cases, or a check.',
    )
    .option('-f, --filename <file>', 'customizations: a file, a folder, - for standard input; repeated', together, [])
    .addOption(new Option('--operation <name>', 'what to ask; default: scripts are checked').choices(OPERATION_NAMES))
    .option('--desired <file>', 'the template on the host')
    .option('--observed <file>', 'the object in a member')
    .option('--status <file>', 'what members report: a list of items with clusterName and status')
    .option('--replicas <number>', 'for ReviseReplica')
    .option('--test <file>', 'cases with what they must give; repeated', together, [])
    .addOption(new Option('-o, --output <format>', 'of the result').choices(['yaml', 'json']).default('yaml'))
    .action(async ({ filename, desired, observed, status, replicas, test, ...others }: InterpretFlags) => {
      const cases = new Set(test.map(path => resolve(path)))
      const run = interpret(terminal, {
        ...others,
        // Cases may lie beside the customizations that they are for.
        files: filename.flatMap(readManifestTexts).filter(({ source }) => !cases.has(resolve(source))),
        tests: test.map(readManifestText),
        ...(desired !== undefined && { desired: readManifestText(desired) }),
        ...(observed !== undefined && { observed: readManifestText(observed) }),
        ...(status !== undefined && { status: readManifestText(status) }),
        ...(replicas !== undefined && { replicas: Number(replicas) }),
      })
      terminal.setExitCode(await run)
    })
}
