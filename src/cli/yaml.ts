import {
  type CreateNodeOptions,
  Document,
  type DocumentOptions,
  parse,
  parseAllDocuments,
  Scalar,
  type SchemaOptions,
  type ToStringOptions,
  visit,
} from 'yaml'
import { decodeJson } from '../kube/json.ts'
import { fromBigIntegers, toBigIntegers } from '../object/big-integers.ts'
import { printableLines } from '../object/printable.ts'
import { isBlankBlock } from '../override/yaml-text.ts'

/** A text that is no YAML; the message says where. */
export class YamlError extends Error {
  override readonly name = 'YamlError'
}

/**
 * The documents of a YAML or JSON text, in order; integers keep all their digits.
 *
 * @throws YamlError
 */
export function readYamlDocuments(text: string): readonly unknown[] {
  const json = readJson(text)
  if (json !== undefined) return [json]
  return parseAllDocuments(text, { intAsBigInt: true }).map(document => {
    const [error] = document.errors
    if (error !== undefined) throw new YamlError(error.message)
    return fromBigIntegers(document.toJS())
  })
}

/** The one document of a text. @throws Error when there are others, or none is YAML */
export function readYaml(text: string): unknown {
  return readJson(text) ?? fromBigIntegers(parse(text, { intAsBigInt: true }))
}

/** What is JSON is read as that: a reader of YAML takes some keys for others. @returns undefined for what is none. */
function readJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return decodeJson(text)
  } catch {
    return undefined
  }
}

/**
 * Writes JSON as YAML, integers with all their digits, and printable: what is not, is escaped. Line feeds in double quotes are, too: a
 * line that is one space would come back as a backslash.
 */
export function writeYaml(
  value: unknown,
  options: CreateNodeOptions & DocumentOptions & SchemaOptions & ToStringOptions = {},
): string {
  const all = { aliasDuplicateObjects: false, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER, ...options }
  const document = new Document(toBigIntegers(value), all)
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && needsQuotes(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE
    },
  })
  return printableLines(document.toString(all))
}

/** The library escapes C0 only, and only double quotes have escapes. */
function needsQuotes(text: string): boolean {
  return isBlankBlock(text) || printableLines(text) !== text
}
