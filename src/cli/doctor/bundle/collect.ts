import {
  BINDING_KINDS,
  CLUSTER,
  CONFIG_MAP,
  EVENT,
  LEASE,
  OVERRIDE_KINDS,
  POD,
  POLICY_KINDS,
  RESOURCE_INTERPRETER_CUSTOMIZATION,
  RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION,
  type Resource,
  SECRET,
  WORK,
  WORKLOAD_REBALANCER,
} from '../../../api/kinds.ts'
import { CLUSTER_NAMESPACE } from '../../../api/names.ts'
import type { Client, ListQuery } from '../../../kube/client.ts'
import type { KubeObject } from '../../../object/kube-object.ts'
import { DEPLOYMENT } from '../../../parking/read-host-facts.ts'
import { writeYaml } from '../../yaml.ts'
import { redact, redactText } from './redact.ts'
import type { ArchivedFile } from './tar.ts'

interface Wanted {
  readonly file: string
  readonly resource: Resource
  readonly query: ListQuery
}

/** More would be read by nobody. */
const MOST_OBJECTS = 1_000
const LOG_LINES = 5_000
const LOG_BYTES = 200_000

/** What goes into a bundle besides the report; what cannot be read is told in `unread.txt`. Nothing of it is secret. */
export async function collectBundle(
  client: Client,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly ArchivedFile[]> {
  const unread: string[] = []
  const attempt = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read()
    } catch (error) {
      signal.throwIfAborted()
      unread.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
  const lists = await Promise.all(
    wantedLists(namespace).map(({ file, resource, query }) =>
      attempt(file, async () => asFile(file, (await client.list(resource, query, { signal })).items)),
    ),
  )
  const pods = await attempt('logs', async () => (await client.list(POD, { namespace }, { signal })).items)
  const logs = await Promise.all(
    (pods ?? []).map(({ metadata }) =>
      attempt(`log of ${metadata.name}`, () => readLog(client, { namespace, name: metadata.name }, signal)),
    ),
  )
  const files = [...lists, ...logs].filter(file => file !== undefined)
  return [...files, { name: 'unread.txt', text: unread.map(line => `${redactText(line)}\n`).join('') }]
}

function wantedLists(namespace: string): readonly Wanted[] {
  const everywhere = [
    CLUSTER,
    WORK,
    WORKLOAD_REBALANCER,
    ...BINDING_KINDS,
    ...POLICY_KINDS,
    ...OVERRIDE_KINDS,
    RESOURCE_INTERPRETER_CUSTOMIZATION,
    RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION,
  ]
  const own = [DEPLOYMENT, POD, CONFIG_MAP, LEASE, EVENT]
  return [
    ...everywhere.map(resource => ({ file: `${resource.plural}.yaml`, resource, query: {} })),
    ...own.map(resource => ({ file: `operator/${resource.plural}.yaml`, resource, query: { namespace } })),
    // Their names and annotations only: the rest is never read.
    { file: 'members/secrets.yaml', resource: SECRET, query: { namespace: CLUSTER_NAMESPACE, content: 'metadata' } },
  ]
}

function asFile(name: string, objects: readonly KubeObject[]): ArchivedFile {
  const kept = objects.slice(0, MOST_OBJECTS)
  const left = objects.length > kept.length ? `# the first ${kept.length} of ${objects.length}\n` : ''
  const options = { lineWidth: 0 }
  return { name, text: `${left}${kept.map(object => `---\n${writeYaml(redact(object), options)}`).join('')}` }
}

async function readLog(
  client: Client,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<ArchivedFile> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?tailLines=${LOG_LINES}&limitBytes=${LOG_BYTES}`
  const { body } = await client.probe(path, { signal })
  return { name: `operator/${name}.log`, text: redactText(body) }
}
