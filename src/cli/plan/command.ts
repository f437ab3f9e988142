import { Option } from 'commander'
import { readManifestText, readManifestTexts, together } from '../manifest-files.ts'
import { plan } from '../plan.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'
import { onHost } from './read-host.ts'
import type { World } from './world.ts'

interface PlanFlags {
  readonly filename: readonly string[]
  readonly clusters?: string
  readonly whatIf: readonly string[]
  readonly output: 'table' | 'json' | 'yaml'
}

export const definePlan: DefineCommand = (program, terminal) => {
  program
    .command('plan')
    .description(
      'Tells where templates would go under policies, and why, with the scheduler of the operator. Nothing is written.',
    )
    .option(
      '-f, --filename <file>',
      'policies and templates in YAML or JSON: a file, a folder, - for standard input; repeated',
      together,
      [],
    )
    .option('--clusters <file>', 'Clusters, as kubectl get clusters -o yaml writes them: then no host is asked')
    .option(
      '--what-if <change>',
      'drain=CLUSTER, taint=CLUSTER:KEY=VALUE:EFFECT, label=CLUSTER:KEY=VALUE or replicas=NUMBER; repeated',
      together,
      [],
    )
    .addOption(
      new Option('-o, --output <format>', 'how to tell it').choices(['table', 'json', 'yaml']).default('table'),
    )
    .action(async ({ filename, clusters, whatIf, output }: PlanFlags) => {
      const flags = program.opts<ClusterFlags>()
      const run = plan(
        {
          write: terminal.write,
          clock: terminal.clock,
          onHost: files => terminal.onCluster<World>(flags, (client, signal) => onHost(client, files, signal)),
        },
        {
          files: filename.flatMap(readManifestTexts),
          ...(clusters !== undefined && { clusters: readManifestText(clusters) }),
          whatIf,
          output,
        },
      )
      terminal.setExitCode(await run)
    })
}
