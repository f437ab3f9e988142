import { Document, isScalar, parseAllDocuments, type ScalarTag, type Tags, visit } from 'yaml'
import { excessOf, type YamlLimits } from '../kube/yaml-limits.ts'
import { integerOf, toBigIntegers } from '../object/big-integers.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { EntryError } from './entry-error.ts'

/** A configuration file, generously: one this large takes some tenths of a second. */
const LIMITS: YamlLimits = { characters: 256 * 1024, lines: 20_000, marks: 20_000, depth: 64 }
/** Aliases are how a small YAML grows without end. */
const MOST_ALIASES = 100
const MOST_VALUES = 50_000
const ENDLESS = 'the YAML is not read: it repeats itself by aliases without end'

const PLAIN_TAGS = new Set(['map', 'seq', 'str', 'null', 'bool', 'merge'].map(name => `tag:yaml.org,2002:${name}`))
const INFINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/

/** Integers as Go reads them: binary, octal with `0` or `0o`, hexadecimal, decimal, all with underscores. */
const INTEGER: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)$/,
  resolve: text => {
    const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(text.replaceAll('_', '')) ?? []
    const number = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits)
    return sign === '-' ? -number : number
  },
}

const FLOAT: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/,
  // What is too large for a double is text.
  resolve: text => (Number.isFinite(Number(text.replaceAll('_', ''))) ? Number(text.replaceAll('_', '')) : text),
}

const NOT_FINITE: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: INFINITE,
  resolve: (_text, onError) => {
    onError('JSON has no infinite numbers')
    return null
  },
}

/**
 * Reads a YAML text as Kubernetes' own tools do: YAML 1.1 (`yes` is true, `0644` is octal, but `1:30` and dates are text),
 * the last of equal keys wins, merge keys and aliases are resolved. Integers keep all their digits.
 *
 * @returns JSON, with raw JSON numbers beyond 2^53.
 * @throws EntryError for a text that is no YAML, is larger than what is parsed here, or holds what JSON cannot: several
 *   documents, tags of its own, infinity, keys that are no text.
 */
export function parseYamlText(text: string): unknown {
  const excess = excessOf(text, LIMITS)
  if (excess !== undefined) throw new EntryError(`the YAML is not read: ${excess}`)
  const documents = parseAllDocuments(text, {
    version: '1.1',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    customTags: readingTags,
  })
  if ('empty' in documents) return null
  const [document] = documents
  if (document === undefined || documents.length > 1) throw new EntryError('the text holds several YAML documents')
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem !== undefined) throw new EntryError(`the YAML cannot be read: ${problem.message}`)
  visit(document, { Pair: (_position, { key }) => refuseStrangeKey(key) })
  return toJson(resolveAliases(document))
}

function resolveAliases(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES })
  } catch (cause) {
    throw new EntryError(ENDLESS, { cause })
  }
}

function readingTags(tags: Tags): Tags {
  const kept = tags.filter(tag => typeof tag !== 'string' && PLAIN_TAGS.has(tag.tag))
  return [...kept, INTEGER, FLOAT, NOT_FINITE]
}

/** A list or map as a key has no form in JSON, and reading nested ones costs more with every level. */
function refuseStrangeKey(key: unknown): void {
  if (!isScalar(key) || key.value === null) throw new EntryError('the YAML has a key that is no text')
}

/** Copies what aliases share, up to a limit: several times what a text within the limits says without them. */
function toJson(root: unknown): unknown {
  let values = 0
  const copy = (value: unknown): unknown => {
    if (++values > MOST_VALUES) throw new EntryError(ENDLESS)
    if (typeof value === 'bigint') return integerOf(value)
    if (Array.isArray(value)) return value.map(copy)
    if (!isJsonObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copy(member)]))
  }
  return copy(root)
}

/** Lines of nothing but spaces: in a block they would come back as fewer. */
export function isBlankBlock(text: string): boolean {
  return text.includes('\n') && /^\n*[ \t]\s*$/.test(text)
}

/**
 * Writes JSON as Kubernetes' own tools write YAML: keys in alphabetical order, lists not indented, and text quoted that a
 * reader of YAML 1.1 or 1.2 would take for something else. Long lines are not folded.
 */
export function formatYamlText(value: unknown): string {
  const document = new Document(toBigIntegers(value), {
    version: '1.1',
    compat: 'core',
    sortMapEntries: true,
    aliasDuplicateObjects: false,
  })
  const { tags, compat } = document.schema
  const readers = [...tags, ...(compat ?? [])].filter(tag => tag.default && tag.tag !== 'tag:yaml.org,2002:str')
  const isAmbiguous = (text: string): boolean =>
    isBlankBlock(text) || readers.some(tag => 'test' in tag && tag.test?.test(text) === true)
  visit(document, {
    Scalar: (_position, node) => {
      if (typeof node.value === 'string' && isAmbiguous(node.value)) node.type = 'QUOTE_DOUBLE'
    },
  })
  // In several lines, one that is a space would come back as a backslash.
  const doubleQuotedMinMultiLineLength = Number.MAX_SAFE_INTEGER
  return document.toString({ indentSeq: false, lineWidth: 0, singleQuote: true, doubleQuotedMinMultiLineLength })
}
