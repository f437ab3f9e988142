// Writes what follows from crds/: the cluster-wide twins, the TypeScript types and the CRDs as a module.
// With --check it writes nothing and fails when a file is out of date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { compile } from 'json-schema-to-typescript'
import { deepEqual } from '../src/object/deep-equal.ts'
import { deriveTwins, isDerived, listCrdFiles, REPOSITORY, readCrd, type Schema } from './crd-files.ts'
import { typeNameOf } from './type-names.ts'

const GENERATED = 'src/api/generated'

interface NamedType {
  readonly name: string
  readonly schema: Schema
  readonly path: string
}

interface Module {
  readonly file: string
  readonly types: readonly NamedType[]
}

const toKebabCase = (pascal: string): string => pascal.replace(/(?<=.)[A-Z]/g, letter => `-${letter}`).toLowerCase()

/** All objects with fields below a schema, outermost first. */
function collectTypes(kind: string, path: string, schema: Schema): readonly NamedType[] {
  const below = [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => collectTypes(kind, `${path}.${name}`, child)),
    ...(schema.items === undefined ? [] : collectTypes(kind, `${path}[]`, schema.items)),
  ]
  return schema.properties === undefined ? below : [{ name: typeNameOf(kind, path), schema, path }, ...below]
}

/** The TypeScript type of a field, in place; objects with fields are referred to by name. */
function typeOf(kind: string, path: string, schema: Schema): string {
  if (schema.properties !== undefined) return typeNameOf(kind, path)
  if (schema['x-kubernetes-int-or-string']) return 'string | number'
  if (schema.type === undefined) return 'unknown'
  if (schema.type === 'array') return `readonly ${typeOf(kind, `${path}[]`, schema.items ?? {})}[]`
  if (schema.type === 'object') {
    const value =
      schema.additionalProperties === undefined ? 'unknown' : typeOf(kind, path, schema.additionalProperties)
    return `Readonly<Record<string, ${value}>>`
  }
  // A field selector's key and operator are limited in policies only, and stay plain strings so that one type serves all.
  if (schema.enum !== undefined && !/fieldSelector\.matchExpressions\[\]\.\w+$/.test(path)) {
    return schema.enum.map(value => `'${value}'`).join(' | ')
  }
  return schema.type === 'integer' ? 'number' : schema.type
}

/** The fields as TypeScript sees them: what two objects of one type name must agree on. */
function fieldsOf(kind: string, type: NamedType): Readonly<Record<string, string>> {
  const required = type.schema.required ?? []
  return Object.fromEntries(
    Object.entries(type.schema.properties ?? {}).map(([name, field]) => [
      required.includes(name) ? name : `${name}?`,
      typeOf(kind, `${type.path}.${name}`, field),
    ]),
  )
}

async function writeInterface(kind: string, type: NamedType): Promise<string> {
  const properties = Object.fromEntries(
    Object.entries(type.schema.properties ?? {}).map(([name, field]) => [
      name,
      { description: field.description, tsType: typeOf(kind, `${type.path}.${name}`, field) },
    ]),
  )
  // What is said of an inner object is said of one field that holds it, not of the type.
  const description = type.path.split('.').length === 2 ? type.schema.description : undefined
  const schema = {
    type: 'object' as const,
    properties,
    required: [...(type.schema.required ?? [])],
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  }
  // Its formatter takes 40 times as long as all the rest, for one level of indentation.
  const text = await compile(schema, type.name, { bannerComment: '', format: false })
  return indentFields(text)
}

/** Indents what stands between the braces of an interface, and makes its fields readonly. */
function indentFields(text: string): string {
  const [head = '', fields = ''] = text.split(/(?<=^export interface \w+ \{\n)/m)
  const indented = fields.replace(/^(?!\}$)(?=.)/gm, '  ').replace(/^ {2}(?=['"\w])/gm, '  readonly ')
  return `${head}${indented.replace(/^ {2} (?=\*)/gm, '   ')}`
}

/** Modules in order: a type belongs to the first kind that has it, later kinds import it. */
async function writeModule(kind: string, own: Module, earlier: readonly Module[]): Promise<string> {
  const interfaces = await Promise.all(own.types.map(type => writeInterface(kind, type)))
  const body = interfaces.join('\n')
  const imports = earlier.flatMap(module => {
    const used = module.types.map(type => type.name).filter(name => new RegExp(`: .*\\b${name}\\b`).test(body))
    return used.length === 0 ? [] : [`import type { ${used.toSorted().join(', ')} } from './${module.file}'`]
  })
  const header = '// Generated from crds/ by scripts/generate-types.ts: change the CRD, not this file.'
  return `${[header, ...imports].join('\n')}\n\n${body}`
}

function assertSameFields(
  kind: string,
  type: NamedType,
  known: { readonly kind: string; readonly type: NamedType },
): void {
  if (deepEqual(fieldsOf(kind, type), fieldsOf(known.kind, known.type))) return
  throw new Error(
    `${type.path} and ${known.type.path} differ but both are called ${type.name}: see scripts/type-names.ts`,
  )
}

/** PropagationPolicy first: it owns what bindings repeat. */
const ORDER = ['PropagationPolicy', 'OverridePolicy', 'ResourceBinding', 'Work', 'Cluster']

const OF_EVERY_OBJECT: readonly string[] = ['apiVersion', 'kind', 'metadata']

/** Most kinds have spec and status; one has a list instead. */
function collectParts(kind: string, path: string, part: Schema): readonly NamedType[] {
  return part.items === undefined ? collectTypes(kind, path, part) : collectTypes(kind, `${path}[]`, part.items)
}

async function writeTypes(): Promise<ReadonlyMap<string, string>> {
  const crds = listCrdFiles()
    .filter(file => !isDerived(file))
    .map(readCrd)
  const rank = (kind: string) => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length)
  const sorted = crds.toSorted((a, b) => rank(a.spec.names.kind) - rank(b.spec.names.kind))
  const known = new Map<string, { readonly kind: string; readonly type: NamedType }>()
  const modules: Module[] = []
  const files = new Map<string, string>()
  for (const crd of sorted) {
    const kind = crd.spec.names.kind
    const parts = crd.spec.versions.at(-1)?.schema.openAPIV3Schema.properties ?? {}
    const all = Object.entries(parts).flatMap(([name, part]) =>
      OF_EVERY_OBJECT.includes(name) ? [] : collectParts(kind, `${kind}.${name}`, part),
    )
    const types = all.filter(type => {
      const before = known.get(type.name)
      if (before !== undefined) assertSameFields(kind, type, before)
      else known.set(type.name, { kind, type })
      return before === undefined
    })
    const module = { file: `${toKebabCase(kind)}.ts`, types }
    files.set(`${GENERATED}/${module.file}`, await writeModule(kind, module, modules))
    modules.push(module)
  }
  return files
}

/** The CRDs as JSON texts: short to load, and garbage once they are registered. */
function writeManifests(): string {
  const rows = listCrdFiles().map(file => `  ${JSON.stringify(JSON.stringify(readCrd(file)))},`)
  const { version }: { readonly version: string } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'))
  return `// Generated from crds/ and package.json by scripts/generate-types.ts: change the CRD, not this file.

/** The version of this API: that of the release. */
export const API_VERSION = '${version}'

/** Every CRD of crds/ as JSON. */
export const CRD_MANIFESTS: readonly string[] = [
${rows.join('\n')}
]
`
}

/** Writes the files that differ. @returns the paths of those. */
function bringUpToDate(files: ReadonlyMap<string, string>, check: boolean): readonly string[] {
  const stale = [...files].filter(([path, text]) => {
    const file = join(REPOSITORY, path)
    return !existsSync(file) || readFileSync(file, 'utf8') !== text
  })
  if (!check) {
    for (const [path, text] of stale) {
      mkdirSync(dirname(join(REPOSITORY, path)), { recursive: true })
      writeFileSync(join(REPOSITORY, path), text)
    }
  }
  return stale.map(([path]) => path)
}

const check = process.argv.includes('--check')
const stale = [
  ...bringUpToDate(deriveTwins(), check),
  ...bringUpToDate(await writeTypes(), check),
  ...bringUpToDate(new Map([[`${GENERATED}/crds.ts`, writeManifests()]]), check),
]
for (const path of stale) console.log(`${check ? 'out of date' : 'written'}: ${path}`)
if (check && stale.length > 0) {
  console.error('Run `node scripts/generate-types.ts` and commit what it writes.')
  process.exitCode = 1
}
