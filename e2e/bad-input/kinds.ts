/** Of the suite's templates and policies. */
export const NAMESPACE = 'bad-input'
export const GROUP_VERSION = 'example.com/v1'
/** On templates of the cases: {@link touch} gives it another value of the same length. */
export const TOUCHED_LABEL = 'example.com/touched'
/** On templates of the cases, which the suite's policy selects. */
export const FUZZ_LABELS: Readonly<Record<string, string>> = { fuzz: 'yes', [TOUCHED_LABEL]: 'n' }
const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** A kind of which almost any JSON is taken. */
export interface OpenKind {
  readonly kind: string
  readonly plural: string
}

export const LEDGER: OpenKind = { kind: 'Ledger', plural: 'ledgers' }
/** Another kind, and the same word in lower case: bindings are named after that. */
export const LOUD_LEDGER: OpenKind = { kind: 'LEDGER', plural: 'loudledgers' }

export function collectionOf({ plural }: OpenKind, namespace = NAMESPACE): string {
  return `/apis/${GROUP_VERSION}/namespaces/${namespace}/${plural}`
}

export interface OpenObject {
  readonly of: OpenKind
  readonly name: string
  readonly spec?: object
  /** In the place of the suite's namespace and of the label by which its policy selects. */
  readonly metadata?: object
}

export function openObject({ of: { kind }, name, spec = {}, metadata }: OpenObject) {
  return {
    apiVersion: GROUP_VERSION,
    kind,
    metadata: { name, namespace: NAMESPACE, labels: FUZZ_LABELS, ...metadata },
    spec,
  }
}

export function definitionOf({ kind, plural }: OpenKind): object {
  const schema = {
    openAPIV3Schema: {
      type: 'object',
      properties: {
        spec: { ...open, properties: { big: { type: 'integer', format: 'int64' }, free: open } },
        status: { ...open, properties: { last: { type: 'integer', format: 'int64' } } },
      },
    },
  }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind, plural, singular: plural.slice(0, -1), listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {} }, schema }],
    },
  }
}
