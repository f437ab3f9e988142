import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { parseSync } from '@swc/core'

/** What the rules of the house need to know about one TypeScript file. */
export interface SourceFile {
  /** Relative to the root of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly lineCount: number
  readonly imports: readonly Import[]
  /** Uses that are allowed in few places: of `process`, of the clock, of chance, and casts. */
  readonly uses: readonly Use[]
  /** Lines of each function, nested ones too, blank lines aside. */
  readonly functionLines: readonly number[]
}

export interface Import {
  /** A path like {@link SourceFile.path} when relative, else the package's specifier. */
  readonly target: string
  readonly isRelative: boolean
  /** `import type`: erased, so that it cannot be part of a cycle at run time. */
  readonly isTypeOnly: boolean
}

export interface Use {
  readonly kind: 'process' | 'time or chance' | 'cast'
  /** As written, e.g. `setTimeout` or `process.env`. */
  readonly what: string
  readonly line: number
}

interface Node {
  readonly type: string
  readonly span: { readonly start: number; readonly end: number }
  readonly [field: string]: unknown
}

/** Reads and parses `path`. @throws when it does not parse. */
export function readSourceFile(root: string, path: string): SourceFile {
  return parseSourceFile(path, readFileSync(join(root, path), 'utf8'))
}

/** @throws when `text` does not parse. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const lines = text.split('\n')
  const lineOf = lineFinder(text)
  const imports: Import[] = []
  const uses: Use[] = []
  const functionLines: number[] = []
  for (const node of nodesOf(parseSync(text, { syntax: 'typescript', target: 'es2024' }))) {
    const specifier = importedBy(node)
    if (specifier !== undefined)
      imports.push({ ...resolveImport(path, specifier), isTypeOnly: node['typeOnly'] === true })
    const use = useIn(node)
    if (use !== undefined) uses.push({ ...use, line: lineOf(node.span.start) })
    if (isFunction(node)) {
      const body = lines.slice(lineOf(node.span.start) - 1, lineOf(node.span.end - 1))
      functionLines.push(body.filter(line => line.trim() !== '').length)
    }
  }
  return { path, text, lineCount: text.endsWith('\n') ? lines.length - 1 : lines.length, imports, uses, functionLines }
}

/** Every node of a syntax tree; swc's nodes are plain objects with a `type` and a `span`. */
function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const each of value) yield* nodesOf(each)
  } else if (typeof value === 'object' && value !== null) {
    if (isNode(value)) yield value
    for (const each of Object.values(value)) yield* nodesOf(each)
  }
}

function isNode(value: object): value is Node {
  return 'type' in value && typeof value.type === 'string' && 'span' in value && typeof value.span === 'object'
}

/** swc's positions are bytes of UTF-8, counted from 1. */
function lineFinder(text: string): (position: number) => number {
  const bytes = Buffer.from(text)
  const ends: number[] = []
  for (let i = bytes.indexOf(10); i >= 0; i = bytes.indexOf(10, i + 1)) ends.push(i)
  return position => {
    const next = ends.findIndex(end => end >= position - 1)
    return next < 0 ? ends.length + 1 : next + 1
  }
}

function importedBy(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return stringOf(node['source'])
    case 'CallExpression':
      return isNamed(node['callee'], 'Import') ? stringOf(firstArgument(node)) : undefined
    default:
      return undefined
  }
}

function firstArgument(call: Node): unknown {
  const list: unknown = call['arguments']
  const first: unknown = Array.isArray(list) ? list[0] : undefined
  return typeof first === 'object' && first !== null && 'expression' in first ? first.expression : undefined
}

function stringOf(node: unknown): string | undefined {
  const isString = typeof node === 'object' && node !== null && 'value' in node && typeof node.value === 'string'
  return isString ? String(node.value) : undefined
}

function isNamed(node: unknown, type: string): boolean {
  return typeof node === 'object' && node !== null && 'type' in node && node.type === type
}

function resolveImport(from: string, specifier: string): Omit<Import, 'isTypeOnly'> {
  if (!specifier.startsWith('.')) return { target: specifier, isRelative: false }
  return { target: normalize(join(dirname(from), specifier)).replaceAll('\\', '/'), isRelative: true }
}

const TIME_AND_CHANCE: readonly string[] = [
  'Date.now',
  'Math.random',
  'performance.now',
  'setTimeout',
  'setInterval',
  'setImmediate',
]

function useIn(node: Node): Omit<Use, 'line'> | undefined {
  if (node.type === 'TsAsExpression' || node.type === 'TsTypeAssertion') return { kind: 'cast', what: 'as' }
  if (node.type === 'NewExpression') {
    const isNow = nameOf(node['callee']) === 'Date' && firstArgument(node) === undefined
    return isNow ? { kind: 'time or chance', what: 'new Date()' } : undefined
  }
  if (node.type === 'CallExpression') {
    const name = nameOf(node['callee'])
    return TIME_AND_CHANCE.includes(name) ? { kind: 'time or chance', what: name } : undefined
  }
  const name = node.type === 'MemberExpression' ? nameOf(node) : ''
  return name.startsWith('process.') ? { kind: 'process', what: name } : undefined
}

/** @returns `a` or `a.b` for such an expression, else ''. */
function nameOf(node: unknown): string {
  if (typeof node !== 'object' || node === null || !isNode(node)) return ''
  if (node.type === 'Identifier') return String(node['value'])
  if (node.type !== 'MemberExpression') return ''
  const object = nameOf(node['object'])
  const property = nameOf(node['property'])
  return object !== '' && !object.includes('.') ? `${object}.${property}` : ''
}

function isFunction(node: Node): boolean {
  return [
    'FunctionDeclaration',
    'FunctionExpression',
    'ArrowFunctionExpression',
    'ClassMethod',
    'PrivateMethod',
  ].includes(node.type)
}
