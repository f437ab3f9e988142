import type { JsonObject } from '../../../object/kube-object.ts'
import { isJsonObject } from '../../../object/raw-json.ts'

const REMOVED = '<removed>'
/** Kinds whose contents are the user's, and no matter of a report. */
const CONTENTS: Readonly<Record<string, readonly string[]>> = {
  Secret: ['data', 'stringData'],
  ConfigMap: ['data', 'binaryData'],
}
/** Members that are nobody's business, wherever they stand. */
const DROPPED = new Set(['managedFields', 'kubectl.kubernetes.io/last-applied-configuration'])
const HEADERS = new Set(['proxyHeader'])
const SECRET_NAME = /token|passw|secret|credential|api[-_]?key|private[-_]?key|client-key|client-certificate/i

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // A JSON Web Token: the token of any ServiceAccount.
  [/eyJ[\w-]{8,}\.[\w-]+\.?[\w-]*/g, REMOVED],
  [/-----BEGIN [A-Z ]*(?:PRIVATE KEY|CERTIFICATE)-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, REMOVED],
  // The same in base64.
  [/LS0tLS1CRUdJTi[A-Za-z0-9+/=]+/g, REMOVED],
  [/\b(bearer)\s+\S+/gi, `$1 ${REMOVED}`],
  [/(:\/\/)[^\s/@]+@/g, `$1${REMOVED}@`],
  [
    /((?:token|password|client-key-data|client-certificate-data|secret)"?\s*[:=]\s*"?)(?!<removed>)[^\s"',}&]{6,}/gi,
    `$1${REMOVED}`,
  ],
]

/** A text without tokens, keys, passwords and certificates, as far as they can be told. */
export function redactText(text: string): string {
  return PATTERNS.reduce((before, [pattern, by]) => before.replaceAll(pattern, by), text)
}

/**
 * An object without what is secret: contents of Secrets and ConfigMaps wherever they stand (Works carry whole objects), values
 * of environment variables whose names say so, headers for proxies, and what looks like a token in any text.
 */
export function redact(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value)
  if (Array.isArray(value)) return value.map(redact)
  return isJsonObject(value) ? redactObject(value) : value
}

function redactObject(object: JsonObject): JsonObject {
  const kind = object['kind']
  const contents = typeof kind === 'string' && Object.hasOwn(CONTENTS, kind) ? (CONTENTS[kind] ?? []) : []
  const kept = Object.entries(object).filter(([name]) => !DROPPED.has(name))
  const isSecret = isSecretVariable(object)
  return Object.fromEntries(
    kept.map(([name, value]) => {
      if (contents.includes(name) || HEADERS.has(name)) return [name, withoutValues(value)]
      if (isSecret && name === 'value') return [name, REMOVED]
      return [name, redact(value)]
    }),
  )
}

/** `{name: DB_PASSWORD, value: …}` */
function isSecretVariable({ name, value }: JsonObject): boolean {
  return typeof name === 'string' && typeof value === 'string' && SECRET_NAME.test(name)
}

/** Which keys there are may tell something, and is kept. */
function withoutValues(value: unknown): unknown {
  return isJsonObject(value) ? Object.fromEntries(Object.keys(value).map(key => [key, REMOVED])) : REMOVED
}
