import { parse } from 'yaml'
import { excessOf } from '../../src/kube/yaml-limits.ts'
import { listAt, stringAt, stringsAt } from '../../src/object/field.ts'

/** A value that must not be seen, and the Secret it is from. */
export interface SecretValue {
  readonly what: string
  readonly value: string
}

/** What a Secret holds that everybody may know. */
const PUBLIC_KEYS: ReadonlySet<string> = new Set(['ca.crt', 'caBundle', 'namespace', 'tls.crt', 'tlsServerName'])
/** The chart and its values, which ConfigMaps and Deployments have as well. */
const PUBLIC_TYPES: ReadonlySet<string> = new Set(['helm.sh/release.v1'])

/** @returns the secret values of a list of Secrets as an apiserver gives it: of kubeconfigs, the credentials in them. */
export function secretValues(list: unknown): readonly SecretValue[] {
  return listAt(list, 'items').flatMap(secret => {
    if (PUBLIC_TYPES.has(stringAt(secret, 'type') ?? '')) return []
    const name = `${stringAt(secret, 'metadata', 'namespace')}/${stringAt(secret, 'metadata', 'name')}`
    return Object.entries(stringsAt(secret, 'data'))
      .filter(([key]) => !PUBLIC_KEYS.has(key))
      .flatMap(([key, data]) => {
        const [what, text] = [`${key} of Secret ${name}`, Buffer.from(data, 'base64').toString()]
        return key === 'kubeconfig' ? credentialsIn(what, text) : valuesIn(what, text)
      })
  })
}

function valuesIn(what: string, text: string): readonly SecretValue[] {
  const isKubeconfig = /^kind: "?Config"?$|"kind": ?"Config"/m.test(text)
  if (isKubeconfig) return credentialsIn(what, text)
  return isAddress(text) ? [] : [{ what, value: text }]
}

/** None in what only bears the name: tests write nonsense there. */
function credentialsIn(what: string, text: string): readonly SecretValue[] {
  return usersOf(text).flatMap(user =>
    ['token', 'password', 'client-key-data'].flatMap(field => {
      const value = stringAt(user, 'user', field) ?? ''
      const plain = field === 'client-key-data' ? Buffer.from(value, 'base64').toString() : value
      return plain === '' ? [] : [{ what: `${field} in ${what}`, value: plain }]
    }),
  )
}

/** Where something is, without credentials: told everywhere. */
function isAddress(text: string): boolean {
  return /^(?:https?|ssh):\/\/[^@\s]*$/.test(text.trim())
}

function usersOf(text: string): readonly unknown[] {
  // What the operator would not read either: a parser may not come back from it.
  if (excessOf(text) !== undefined) return []
  try {
    return listAt(parse(text, { maxAliasCount: 0, logLevel: 'error' }), 'users')
  } catch {
    return []
  }
}
