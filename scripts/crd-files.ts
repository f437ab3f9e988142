// Reads the CRDs and derives the cluster-wide twins from the namespaced kinds.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'

export const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))

/** The parts of an OpenAPI v3 schema that CRDs use. */
export interface Schema {
  readonly description?: string
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: Schema
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
}

export interface CrdFile {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string; readonly plural: string; readonly [field: string]: unknown }
    readonly scope: string
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[]
  }
}

interface Twin {
  readonly of: string
  readonly file: string
  readonly names: { readonly kind: string; readonly plural: string; readonly shortName: string }
  readonly description: string
}

/** Kinds that differ from another one in nothing but their scope and names. */
const TWINS: readonly Twin[] = [
  {
    of: 'policy.karmada.io_propagationpolicies.yaml',
    file: 'policy.karmada.io_clusterpropagationpolicies.yaml',
    names: { kind: 'ClusterPropagationPolicy', plural: 'clusterpropagationpolicies', shortName: 'cpp' },
    description: 'Propagates resources of any namespace, and cluster-wide ones, to member clusters.',
  },
  {
    of: 'policy.karmada.io_overridepolicies.yaml',
    file: 'policy.karmada.io_clusteroverridepolicies.yaml',
    names: { kind: 'ClusterOverridePolicy', plural: 'clusteroverridepolicies', shortName: 'cop' },
    description: 'Changes resources of any namespace, and cluster-wide ones, on their way to chosen member clusters.',
  },
  {
    of: 'work.karmada.io_resourcebindings.yaml',
    file: 'work.karmada.io_clusterresourcebindings.yaml',
    names: { kind: 'ClusterResourceBinding', plural: 'clusterresourcebindings', shortName: 'crb' },
    description:
      'Binds a cluster-wide resource to the clusters that it was scheduled to. The operator writes it; look here for why a resource is where it is.',
  },
]

/** @returns file names in crds/, sorted. */
export function listCrdFiles(): readonly string[] {
  return readdirSync(join(REPOSITORY, 'crds'))
    .filter(name => name.endsWith('.yaml'))
    .toSorted()
}

export function readCrd(file: string): CrdFile {
  const crd: CrdFile = parse(readFileSync(join(REPOSITORY, 'crds', file), 'utf8'))
  return crd
}

function deriveTwin(twin: Twin): string {
  const source = readCrd(twin.of)
  const { kind, plural, shortName } = twin.names
  const names = {
    ...source.spec.names,
    kind,
    listKind: `${kind}List`,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [shortName],
  }
  const versions = source.spec.versions.map(version => ({
    ...version,
    schema: { openAPIV3Schema: { ...version.schema.openAPIV3Schema, description: twin.description } },
  }))
  const metadata = { ...source.metadata, name: `${plural}.${source.spec.group}` }
  const crd = { ...source, metadata, spec: { ...source.spec, names, scope: 'Cluster', versions } }
  const header = `# Derived from ${twin.of} by scripts/generate-types.ts: change that file.\n`
  return header + stringify(crd, { lineWidth: 120, aliasDuplicateObjects: false })
}

/** @returns the text of each derived CRD file by its path in the repository. */
export function deriveTwins(): ReadonlyMap<string, string> {
  return new Map(TWINS.map(twin => [`crds/${twin.file}`, deriveTwin(twin)]))
}

/** Whether a file in crds/ is derived from another one. */
export function isDerived(file: string): boolean {
  return TWINS.some(twin => twin.file === file)
}
