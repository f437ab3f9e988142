import { diff as diffLines } from 'node:util'
import type { Client } from '../../kube/client.ts'
import type { Discovery } from '../../kube/discovery.ts'
import { isNotFound } from '../../kube/status-error.ts'
import { gvkOf } from '../../object/gvk.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { stripManaged } from '../../rendering/strip-managed.ts'
import { CommandError } from '../manifests.ts'
import { writeYaml } from '../yaml.ts'

/** A member that is asked, with the rights of whoever asks. */
export interface LiveMember {
  readonly client: Pick<Client, 'get' | 'apply'>
  readonly discovery: Pick<Discovery, 'resourceFor'>
  readonly signal: AbortSignal
}

/** Lines around a change that are shown. */
const CONTEXT_LINES = 3

/**
 * What the apiserver of a member would make of a manifest, against what it has: its defaults are on both sides.
 *
 * @returns a unified diff of both as YAML; empty when nothing would change
 * @throws CommandError when the member does not serve the kind; StatusError, TransportError
 */
export async function compareWithLive(
  { client, discovery, signal }: LiveMember,
  manifest: KubeObject,
): Promise<string> {
  const resource = await discovery.resourceFor(gvkOf(manifest), { signal })
  if (resource === undefined)
    throw new CommandError(`the member does not serve ${manifest.apiVersion} ${manifest.kind}`)
  const live = await client.get(resource, keyOf(manifest), { signal }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined
    throw error
  })
  const next = live === undefined ? manifest : await client.apply(resource, manifest, { dryRun: true, signal })
  const name = `${manifest.kind} ${formatKey(keyOf(manifest))}`
  const changes = unified(live === undefined ? '' : textOf(live), textOf(next))
  return changes === '' ? '' : `--- ${name} (in the member)\n+++ ${name} (as it would be)\n${changes}`
}

/** What a user would have written of it, and the member's own fields. */
function textOf(object: KubeObject): string {
  const { metadata, status: _status, ...fields } = stripManaged(object)
  const { name, namespace, labels, annotations } = metadata
  const kept = {
    name,
    ...(namespace && { namespace }),
    ...filled('labels', labels),
    ...filled('annotations', annotations),
  }
  return writeYaml({ ...fields, metadata: kept }, { sortMapEntries: true, lineWidth: 0 })
}

function filled(name: string, texts: Readonly<Record<string, string>> | undefined): object {
  return texts === undefined || Object.keys(texts).length === 0 ? {} : { [name]: texts }
}

type Line = readonly [-1 | 0 | 1, string]

function unified(before: string, after: string): string {
  const lines: readonly Line[] = before === after ? [] : toLines(diffLines(splitLines(before), splitLines(after)))
  const shown = new Set(
    lines.flatMap(([change], index) =>
      change === 0 ? [] : Array.from({ length: 2 * CONTEXT_LINES + 1 }, (_, offset) => index + offset - CONTEXT_LINES),
    ),
  )
  return lines
    .flatMap(([change, text], index) => {
      if (!shown.has(index)) return []
      const gap = index > 0 && !shown.has(index - 1) ? '@@\n' : ''
      return [`${gap}${SIGNS[change]}${text}\n`]
    })
    .join('')
}

const SIGNS = { '-1': '-', '0': ' ', '1': '+' } as const

/** Node tells what has to be done to the second text to get the first: so the signs are turned. */
function toLines(entries: readonly (readonly [number, string])[]): readonly Line[] {
  return entries.map(([change, text]) => [change === 0 ? 0 : change < 0 ? 1 : -1, text])
}

function splitLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}
