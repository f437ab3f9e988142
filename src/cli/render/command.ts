import { type Command, Option } from 'commander'
import { newDiscovery } from '../../kube/discovery.ts'
import { readManifestText, readManifestTexts, together } from '../manifest-files.ts'
import { diff, type RenderOptions, render } from '../render.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'

interface RenderFlags {
  readonly filename: readonly string[]
  readonly cluster: string
  readonly clusters?: string
  readonly replicas?: string
  readonly output?: 'yaml' | 'json'
}

export const defineRender: DefineCommand = (program, terminal) => {
  aboutMember(program.command('render'))
    .description('Prints what a member would get of templates under policies and override policies, offline.')
    .addOption(new Option('-o, --output <format>', 'of the manifests').choices(['yaml', 'json']).default('yaml'))
    .action(async (flags: RenderFlags) => {
      terminal.setExitCode(await render(terminal, renderOptions(flags)))
    })
}

export const defineDiff: DefineCommand = (program, terminal) => {
  aboutMember(program.command('diff'))
    .description(
      'Compares what a member would get with what it has; --kubeconfig and --context are those of the member here. Nothing is written.',
    )
    .action(async (flags: RenderFlags) => {
      const run = terminal.onCluster(program.opts<ClusterFlags>(), (client, signal) =>
        diff(terminal, renderOptions(flags), { client, discovery: newDiscovery(client), signal }),
      )
      terminal.setExitCode(await run)
    })
}

function aboutMember(command: Command): Command {
  return command
    .option(
      '-f, --filename <file>',
      'templates, policies, customizations: a file, a folder, - for standard input; repeated',
      together,
      [],
    )
    .requiredOption('--cluster <name>', 'the member')
    .option('--clusters <file>', 'Clusters, as kubectl get clusters -o yaml writes them, for labels and the scheduler')
    .option('--replicas <number>', "the member's share; default: what the scheduler gives it, or all")
}

function renderOptions({ filename, cluster, clusters, replicas, output = 'yaml' }: RenderFlags): RenderOptions {
  return {
    files: filename.flatMap(readManifestTexts),
    cluster,
    output,
    ...(clusters !== undefined && { clusters: readManifestText(clusters) }),
    ...(replicas !== undefined && { replicas: Number(replicas) }),
  }
}
