import type { Random } from '../soak/random.ts'
import { collectionOf, FUZZ_LABELS, LEDGER, NAMESPACE, openObject } from './kinds.ts'
import type { NastyRequest } from './nasty-requests.ts'

/** `any`: it stands on the brink, and a few bytes of metadata decide. */
type Fate = 'there' | 'told' | 'refused' | 'any'

/** An object that is almost, or more than, what an apiserver and its etcd store. */
export interface LargeObject {
  readonly what: string
  readonly fate: Fate
  readonly request: (name: string, random: Random) => NastyRequest
}

const MEBI = 2 ** 20
/** Of an apiserver: all data of a ConfigMap, and all annotations of an object. */
const MOST_DATA = MEBI
const MOST_ANNOTATIONS = MEBI / 4
/** etcd takes no larger request. */
const MOST_STORED = 1.5 * MEBI
const ANNOTATION = 'example.com/long'
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`

/**
 * A Work carries its manifest as JSON. So text counts as it is, and binary data, which the template and the member have as bytes, by
 * a third more.
 */
export const LARGE_OBJECTS: readonly LargeObject[] = [
  {
    what: 'a ConfigMap of 1 MiB with annotations, 1.3 MB in all',
    fate: 'there',
    request: name => configMap(name, { data: { text: 'x'.repeat(MOST_DATA) } }, MOST_ANNOTATIONS - 4096),
  },
  {
    what: 'a ConfigMap of 1 MiB of bytes, 1.4 MB as JSON',
    fate: 'there',
    request: name => configMap(name, { binaryData: { bytes: bytes(MOST_DATA) } }),
  },
  {
    what: 'a custom resource of 1.4 MB',
    fate: 'there',
    request: name => ledger(name, 1_400_000),
  },
  {
    what: 'a ConfigMap whose Work is too large',
    fate: 'told',
    request: name => configMap(name, { binaryData: { bytes: bytes(MOST_DATA) } }, MOST_ANNOTATIONS - 4096),
  },
  {
    what: 'a ConfigMap with all the annotations that it may have',
    fate: 'told',
    request: name => configMap(name, { data: { text: 'x'.repeat(MEBI) } }, MOST_ANNOTATIONS),
  },
  {
    what: 'a custom resource on the brink',
    fate: 'any',
    request: (name, random) => ledger(name, MOST_STORED - random.below(8192)),
  },
  {
    what: 'a ConfigMap with a byte too many',
    fate: 'refused',
    request: name => configMap(name, { data: { text: 'x'.repeat(MOST_DATA + 1) } }),
  },
  {
    what: 'a custom resource that etcd does not take',
    fate: 'refused',
    request: name => ledger(name, MOST_STORED + 1),
  },
  {
    what: 'a custom resource that an apiserver does not send to etcd',
    fate: 'refused',
    request: name => ledger(name, 2 * MEBI + 1),
  },
  {
    what: 'a custom resource that no apiserver reads to its end',
    fate: 'refused',
    request: name => ledger(name, 3 * MEBI + 1),
  },
]

/** Of all, one in so many: a few MB each, as template, Work and object of the member. */
export const LARGE_SHARE = 1 / 60

function configMap(name: string, fields: object, annotationBytes = ANNOTATION.length): NastyRequest {
  const metadata = {
    name,
    namespace: NAMESPACE,
    labels: FUZZ_LABELS,
    annotations: { [ANNOTATION]: 'x'.repeat(annotationBytes - ANNOTATION.length) },
  }
  return { path: CONFIG_MAPS, object: { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...fields }, isTemplate: true }
}

function ledger(name: string, bytesInAll: number): NastyRequest {
  const object = (text: string) => openObject({ of: LEDGER, name, spec: { free: { text } } })
  const text = 'x'.repeat(bytesInAll - JSON.stringify(object('')).length)
  return { path: collectionOf(LEDGER), object: object(text), isTemplate: true }
}

const bytes = (count: number): string => Buffer.alloc(count, 1).toString('base64')
