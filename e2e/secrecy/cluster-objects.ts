import { listAt, stringAt, stringsAt } from '../../src/object/field.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { type Canary, notedSecrets } from './canaries.ts'
import { newSearch } from './search.ts'
import { noteSecretsOf, type Text } from './sweep.ts'

/** Kinds that answer a question, which nobody stores. */
const REVIEWS = /^[^.]*reviews\./

/**
 * Searches all that whoever rules a cluster can read there for the credentials that this suite knows: those it noted, and those in
 * Secrets of the other clusters.
 *
 * @returns `<where>: <what>` of each.
 */
export async function findCredentials(
  cluster: Pick<ControlPlane, 'name' | 'kubectl'>,
  others: readonly ControlPlane[],
): Promise<readonly string[]> {
  await Promise.all(others.map(noteSecretsOf))
  const search = newSearch(notedSecrets().map(withoutClaims))
  const texts = await readObjectsOf(cluster)
  return texts.flatMap(({ where, text }) => search.find(text).map(({ what }) => `${where}: ${what}`))
}

/** Of a JWT the signature: names of its claims, that of the apiserver say, stand in certificates as well. */
function withoutClaims({ what, bytes }: Canary): Canary {
  const [, signature] = /^eyJ[\w-]+\.[\w-]+\.([\w-]+)$/.exec(bytes.toString('latin1')) ?? []
  return { what, bytes: signature === undefined ? bytes : Buffer.from(signature) }
}

/** Each kind that a cluster serves as a list, and each value of a Secret by itself, decoded. */
async function readObjectsOf(cluster: Pick<ControlPlane, 'name' | 'kubectl'>): Promise<readonly Text[]> {
  const served = await cluster.kubectl(['api-resources', '--verbs=list', '--output=name'])
  const kinds = served.split('\n').filter(kind => kind !== '' && !REVIEWS.test(kind))
  const list = await cluster.kubectl(['get', kinds.join(), '--all-namespaces', '--output=json'])
  const values = listAt(JSON.parse(list), 'items')
    .filter(object => stringAt(object, 'kind') === 'Secret')
    .flatMap(valuesOf)
  return [{ where: `a list of ${cluster.name}`, text: Buffer.from(list) }, ...values]
}

function valuesOf(secret: unknown): readonly Text[] {
  const name = `${stringAt(secret, 'metadata', 'namespace')}/${stringAt(secret, 'metadata', 'name')}`
  return Object.entries(stringsAt(secret, 'data')).map(([key, value]) => ({
    where: `${key} of Secret ${name}`,
    text: Buffer.from(value, 'base64'),
  }))
}
