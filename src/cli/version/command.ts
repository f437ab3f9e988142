import { Option } from 'commander'
import { API_VERSION } from '../../api/generated/crds.ts'
import { CUSTOM_RESOURCE_DEFINITION } from '../../api/kinds.ts'
import { ANNOTATION } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { newDiscovery } from '../../kube/discovery.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { printable } from '../../object/printable.ts'
import type { ClusterFlags, DefineCommand } from '../terminal.ts'
import { writeYaml } from '../yaml.ts'

interface Versions {
  readonly client: string
  /** Of the host's Kubernetes. */
  readonly kubernetes?: string
  /** Of Flotilla's API on the host. */
  readonly api?: string
}

interface VersionFlags {
  readonly client: boolean
  readonly output: 'text' | 'json' | 'yaml'
}

const CLUSTERS = { namespace: '', name: 'clusters.cluster.karmada.io' }

export const defineVersion: DefineCommand = (program, terminal) => {
  program
    .command('version')
    .description('Tells the versions of this command, of the host, and of its API.')
    .option('--client', 'asks no host', false)
    .addOption(new Option('-o, --output <format>', 'how to tell it').choices(['text', 'json', 'yaml']).default('text'))
    .action(async ({ client, output }: VersionFlags) => {
      const flags = program.opts<ClusterFlags>()
      const host = client ? {} : await terminal.onCluster(flags, readVersions)
      terminal.write(format({ client: API_VERSION, ...host }, output))
    })
}

export const defineOptions: DefineCommand = (program, terminal) => {
  program
    .command('options')
    .description('Lists the options that every command has.')
    .action(() => {
      const help = program.createHelp()
      const options = help
        .visibleOptions(program)
        .map(option => [help.optionTerm(option), help.optionDescription(option)])
      const width = Math.max(...options.map(([term = '']) => term.length))
      terminal.write(options.map(([term = '', description = '']) => `${term.padEnd(width)}  ${description}\n`).join(''))
    })
}

async function readVersions(client: Client, signal: AbortSignal): Promise<Omit<Versions, 'client'>> {
  const [{ gitVersion }, crd] = await Promise.all([
    newDiscovery(client).serverVersion({ signal }),
    findOrUndefined(() => client.get(CUSTOM_RESOURCE_DEFINITION, CLUSTERS, { signal })),
  ])
  const api = crd?.metadata.annotations?.[ANNOTATION.apiVersion]
  return { kubernetes: gitVersion, ...(api !== undefined && { api }) }
}

function format(versions: Versions, output: VersionFlags['output']): string {
  if (output === 'json') return `${JSON.stringify(versions, undefined, 2)}\n`
  if (output === 'yaml') return writeYaml(versions)
  const { client, kubernetes, api } = versions
  const host =
    kubernetes === undefined
      ? []
      : [`host      Kubernetes ${kubernetes}, ${api === undefined ? 'without Flotilla' : `API of Flotilla ${api}`}`]
  return [`flotilla  ${client}`, ...host].map(line => `${printable(line)}\n`).join('')
}
