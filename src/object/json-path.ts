/** One step into a value. */
type Step =
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'all' }

/** A JSONPath that cannot be read. */
export class JsonPathError extends Error {}

const STEP = /\.\*|\[\*\]|\.((?:\\.|[^.[\]\\])+)|\[(-?\d+)\]|\['((?:\\.|[^'\\])*)'\]|\["((?:\\.|[^"\\])*)"\]/y

/**
 * Reads a value by a JSONPath of kubectl's form: `{.a.b[0]['c.d']}`; braces and the leading dot or `$` may be left out. Names,
 * indexes (from the end with a minus) and `*` are understood; a name's dots are written `\.`. There are no filters, ranges and
 * recursion.
 *
 * @returns what is found, in order; empty when nothing is there.
 * @throws JsonPathError for anything else.
 * @source Kubernetes "JSONPath Support"
 * @example readJsonPath({ jobs: [{ id: 'a' }] }, '{.jobs[0].id}') // ['a']
 */
export function readJsonPath(root: unknown, path: string): readonly unknown[] {
  return parse(path).reduce<readonly unknown[]>((values, step) => values.flatMap(value => take(value, step)), [root])
}

function parse(path: string): readonly Step[] {
  const inner = /^\{(.*)\}$/s.exec(path.trim())?.[1] ?? path.trim()
  const text = inner.trim().replace(/^[$@]/, '')
  const expression = text === '' || text.startsWith('.') || text.startsWith('[') ? text : `.${text}`
  const steps: Step[] = []
  for (STEP.lastIndex = 0; STEP.lastIndex < expression.length; ) {
    const match = STEP.exec(expression)
    if (match === null) throw new JsonPathError(`cannot read JSONPath ${JSON.stringify(path)}`)
    steps.push(stepOf(match))
  }
  return steps
}

function stepOf([, bare, index, single, double]: RegExpExecArray): Step {
  if (index !== undefined) return { type: 'index', index: Number(index) }
  const name = bare ?? single ?? double
  return name === undefined ? { type: 'all' } : { type: 'name', name: name.replaceAll(/\\(.)/g, '$1') }
}

function take(value: unknown, step: Step): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return []
  switch (step.type) {
    case 'all':
      return Object.values(value)
    case 'index':
      return Array.isArray(value) ? value.slice(step.index).slice(0, 1) : []
    case 'name': {
      const found = Object.entries(value).find(([name]) => name === step.name)
      return Array.isArray(value) || found === undefined ? [] : [found[1]]
    }
  }
}
