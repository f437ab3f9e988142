import { digestOf } from '../src/object/digest.ts'
import { workName } from '../src/object/generated-names.ts'
import type { Work } from '../src/object/karmada-objects.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { manifestsOf } from '../src/object/work-manifests.ts'
import { projectTemplate } from '../src/rendering/project-template.ts'
import { templateDigest } from '../src/rendering/template-digest.ts'
import type { Entry } from './etcd-store.ts'

/** All that the operator and the apiservers stored for one template. */
export interface Sample {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly template: Entry
  readonly binding: Entry
  /** By member. */
  readonly works: readonly Entry[]
  /** In the same order. */
  readonly objects: readonly Entry[]
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const INDEX_DIGITS = 8
const HEX = 16

/**
 * Copies of a sample, exactly as the operator would have stored them for templates of other names: names, UIDs and permanent ids are
 * replaced wherever they stand, and digests are taken anew. An operator that finds them must find nothing to write.
 *
 * @param kept UUIDs that are not of the sample: its policy's
 * @throws when a digest of the sample itself is not the one that it carries: then the copies' would be wrong as well
 */
export function newCopier(sample: Sample, kept: ReadonlySet<string>): Copier {
  const digests = digestsOf(sample)
  if (!sample.binding.value.includes(digests.template))
    throw new Error('the digest of the template is not that of its binding')
  for (const [index, digest] of digests.applied.entries()) {
    if (sample.objects[index]?.value.includes(digest) !== true)
      throw new Error(`the digest of Work ${index} is not applied`)
  }
  const parse = newParser(sample, { kept, digests })
  const fills = { template: parse(sample.template), binding: parse(sample.binding) }
  const works = sample.works.map(parse)
  const objects = sample.objects.map(parse)
  const valuesOf = (index: number): Values => ({
    name: copyName(index),
    work: workName({ kind: sample.kind, namespace: sample.namespace, name: copyName(index) }),
    index: index.toString(HEX).padStart(INDEX_DIGITS, '0'),
  })
  const template = (index: number): Entry => fills.template(valuesOf(index))
  const binding = (index: number): Entry =>
    fills.binding({ ...valuesOf(index), template: digestOfTemplate(template(index)) })
  const work = (index: number, member: number): Entry => at(works, member)(valuesOf(index))
  const object = (index: number, member: number): Entry =>
    at(objects, member)({ ...valuesOf(index), applied: digestOfManifest(work(index, member)) })
  const members = works.map((_, member) => member)
  return {
    ...{ template, binding, work, object },
    all: index => [
      template(index),
      binding(index),
      ...members.map(member => work(index, member)),
      ...members.map(member => object(index, member)),
    ],
  }
}

/** Gives what stands in the etcd for the copy of an index, in one of the sample's members where it is of one. */
export interface Copier {
  template(index: number): Entry
  binding(index: number): Entry
  work(index: number, member: number): Entry
  object(index: number, member: number): Entry
  all(index: number): readonly Entry[]
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index]
  if (found === undefined) throw new Error(`the sample has no member ${index}`)
  return found
}

/** @returns the name of a copy: all begin alike, and with nothing else that is there. */
export function copyName(index: number): string {
  return `${COPY_PREFIX}${String(index).padStart(INDEX_DIGITS, '0')}`
}

export const COPY_PREFIX = 'copy-'

interface Digests {
  readonly template: string
  readonly applied: readonly string[]
}

function digestsOf({ template, works }: Sample): Digests {
  return { template: digestOfTemplate(template), applied: works.map(digestOfManifest) }
}

function digestOfTemplate({ value }: Entry): string {
  return templateDigest(projectTemplate(JSON.parse(value) as KubeObject))
}

function digestOfManifest({ value }: Entry): string {
  return digestOf(manifestsOf(JSON.parse(value) as Work)[0])
}

type Values = Readonly<Record<string, string>>
type Fill = (values: Values) => Entry

/** Cuts texts where something of a sample's own stands, once for all copies. */
function newParser(
  sample: Sample,
  { kept, digests }: { readonly kept: ReadonlySet<string>; readonly digests: Digests },
) {
  const { kind, namespace, name } = sample
  const own = new Map<string, string>([
    [workName({ kind, namespace, name }), 'work'],
    [name, 'name'],
    [digests.template, 'template'],
    ...digests.applied.map(digest => [digest, 'applied'] as const),
  ])
  // The longest first: the name of a Work begins with that of its template.
  const texts = [...own.keys()].sort((a, b) => b.length - a.length).map(text => RegExp.escape(text))
  const mark = new RegExp(`${texts.join('|')}|${UUID.source}`, 'g')
  const cut = (text: string): ((values: Readonly<Record<string, string>>) => string) => {
    const parts: ((values: Readonly<Record<string, string>>) => string)[] = []
    let from = 0
    for (const match of text.matchAll(mark)) {
      const literal = text.slice(from, match.index)
      const [found] = match
      const slot = own.get(found)
      const shared = found.slice(0, -INDEX_DIGITS)
      from = match.index + found.length
      parts.push(() => literal)
      if (slot !== undefined) parts.push(values => values[slot] ?? found)
      else parts.push(kept.has(found) ? () => found : ({ index }) => shared + index)
    }
    const end = text.slice(from)
    return values => parts.map(part => part(values)).join('') + end
  }
  return ({ key, value }: Entry): Fill => {
    const [fillKey, fillValue] = [cut(key), cut(value)]
    return values => ({ key: fillKey(values), value: fillValue(values) })
  }
}

/** How many bytes of stored objects are what. */
export interface Shares {
  readonly bytes: number
  readonly managedFields: number
  readonly status: number
  /** Of a Work: its manifests. */
  readonly manifests: number
  /** Annotations of kubectl and of ours, and labels. */
  readonly annotations: number
  readonly labels: number
}

/** @returns what the bytes of stored objects, keys included, are taken by. */
export function sharesOf(entries: readonly Entry[]): Shares {
  const objects = entries.map(({ value }) => JSON.parse(value) as KubeObject)
  const sum = (pick: (object: KubeObject) => unknown): number =>
    objects.reduce((total, object) => total + sizeOf(pick(object)), 0)
  return {
    bytes: entries.reduce((total, { key, value }) => total + Buffer.byteLength(key) + Buffer.byteLength(value), 0),
    managedFields: sum(({ metadata }) => metadata.managedFields),
    status: sum(object => object['status']),
    manifests: sum(object => (object.kind === 'Work' ? (object as Work).spec.workload : undefined)),
    annotations: sum(({ metadata }) => metadata.annotations),
    labels: sum(({ metadata }) => metadata.labels),
  }
}

function sizeOf(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value))
}
