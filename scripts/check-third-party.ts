// Fetches the definitions of kinds of other projects from the Go module proxy, and checks on a real apiserver that it takes our
// objects of them: with what a member's controller writes, and with the status that the operator makes of two members. What a
// definition does not have would be dropped, and be written again for ever. Not part of the gate: it needs the proxy.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { startApiserver } from '../e2e/controlplane/start-apiserver.ts'
import { waitFor } from '../e2e/controlplane/wait.ts'
import { CUSTOM_RESOURCE_DEFINITION, type Resource } from '../src/api/kinds.ts'
import { newInterpreter } from '../src/interpreter/interpreter.ts'
import type { Client } from '../src/kube/client.ts'
import { asKubeObject } from '../src/kube/decode-object.ts'
import { isNotFound } from '../src/kube/status-error.ts'
import { deepEqual, isSubset } from '../src/object/equality.ts'
import { valueAt, withValueAt } from '../src/object/field.ts'
import { parseApiVersion } from '../src/object/gvk.ts'
import type { JsonObject, KubeObject } from '../src/object/kube-object.ts'
import { mergePatch } from '../src/object/merge-patch.ts'
import { keyOf } from '../src/object/object-key.ts'
import { isJsonObject } from '../src/object/raw-json.ts'
import { newTestClient } from '../src/testing/apiserver-client.ts'
import { THIRD_PARTY_ROWS, type ThirdPartyRow } from './third-party/rows.ts'

const ESTABLISHED_MS = 30_000
const interpreter = newInterpreter()

const apiserver = await startApiserver()
const client = newTestClient(apiserver.cluster.endpoint)
let failures = 0
try {
  for (const row of THIRD_PARTY_ROWS) {
    const problem = await check(client, row).catch((error: unknown) => String(error))
    if (problem !== undefined) failures += 1
    process.stdout.write(`${row.type} by ${row.module}: ${problem ?? 'ok'}\n`)
  }
} finally {
  await client.close()
  await apiserver.stop()
}
process.stdout.write(`${THIRD_PARTY_ROWS.length} kinds, ${failures} problems\n`)
process.exitCode = failures === 0 ? 0 : 1

/** @returns what is wrong; undefined when nothing is. */
async function check(on: Client, row: ThirdPartyRow): Promise<string | undefined> {
  const [apiVersion = '', kind = ''] = row.type.split(' ')
  const definition = definitionOf(row)
  const isNamespaced = valueAt(definition, 'spec', 'scope') === 'Namespaced'
  const resource: Resource = { ...parseApiVersion(apiVersion), kind, plural: row.plural, namespaced: isNamespaced }
  await on.create(CUSTOM_RESOURCE_DEFINITION, definition)
  const named = (name: string): KubeObject => ({
    ...{ apiVersion, kind, spec: row.spec },
    metadata: {
      ...{ name, annotations: { 'resourcetemplate.karmada.io/generation': '1' } },
      ...(isNamespaced && { namespace: 'default' }),
    },
  })
  const template = await served(on, resource, named('template'))
  const members: KubeObject[] = []
  for (const [index, status] of row.statuses.entries()) {
    const made = await on.create(resource, named(`member${index}`))
    const written = await writeStatus(on, resource, { object: made, status })
    if (!isSubset(status, written['status'])) return `a member’s status loses ${lost(status, written)}`
    members.push(written)
  }
  return aggregates(on, resource, { template, members })
}

interface Told {
  readonly template: KubeObject
  readonly members: readonly KubeObject[]
}

async function aggregates(on: Client, resource: Resource, { template, members }: Told): Promise<string | undefined> {
  const items = await Promise.all(
    members.map(async member => {
      const status = await interpreter.reflectStatus(member)
      const health = await interpreter.interpretHealth(member)
      return { clusterName: member.metadata.name, applied: true, health, ...(status && { status }) }
    }),
  )
  const wanted = await interpreter.aggregateStatus(template, items)
  // Some kinds leave their template's status alone.
  if (wanted === undefined) return undefined
  const status = isJsonObject(wanted['status']) ? wanted['status'] : {}
  const written = await writeStatus(on, resource, { object: template, status })
  const again = await interpreter.aggregateStatus(written, items)
  return deepEqual(again?.['status'], written['status']) ? undefined : `its status loses ${lost(status, written)}`
}

function definitionOf({ module, file }: ThirdPartyRow): KubeObject {
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' }
  const answer = execFileSync('go', ['mod', 'download', '-json', module], { env, encoding: 'utf8' })
  const text = readFileSync(join(String(valueAt(JSON.parse(answer), 'Dir')), file), 'utf8')
  const [definition] = parseAllDocuments(text).flatMap(document => document.toJS() ?? [])
  const object = asKubeObject(definition)
  if (typeof object === 'string') throw new Error(`${file}: ${object}`)
  // Servers that convert between versions do not run here.
  return withValueAt(object, ['spec', 'conversion'], { strategy: 'None' })
}

/** Makes an object of a kind as soon as the apiserver serves it. */
function served(on: Client, resource: Resource, object: KubeObject): Promise<KubeObject> {
  return waitFor(() => on.create(resource, object), {
    until: `${resource.kind} is served`,
    timeoutMs: ESTABLISHED_MS,
    everyMs: 200,
  })
}

interface StatusWrite {
  readonly object: KubeObject
  readonly status: JsonObject
}

async function writeStatus(on: Client, resource: Resource, { object, status }: StatusWrite): Promise<KubeObject> {
  const body = mergePatch({ status: object['status'] ?? {} }, { status })
  if (body === undefined) return object
  const patch = { type: 'merge', body } as const
  // A definition may leave the subresource out: then controllers write the status with the rest.
  return on.patch(resource, keyOf(object), patch, { subresource: 'status' }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error
    return on.patch(resource, keyOf(object), patch)
  })
}

function lost(status: JsonObject, written: KubeObject): string {
  return JSON.stringify(mergePatch({ status: written['status'] ?? {} }, { status }))
}
