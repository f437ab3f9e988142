import { formatKey } from '../../object/object-key.ts'
import { formatAge, printTable } from '../table.ts'
import type { TreeNode } from './build.ts'

/** The tree for people, with state and age of each object. */
export function printTree(root: TreeNode, nowMs: number): string {
  const rows = rowsOf(root, { own: '', below: '' }, nowMs)
  return printTable(['OBJECT', 'STATE', 'AGE'], rows)
    .map(line => `${line}\n`)
    .join('')
}

interface Branch {
  readonly own: string
  readonly below: string
}

function rowsOf(node: TreeNode, { own, below }: Branch, nowMs: number): readonly (readonly string[])[] {
  const { cluster, kind, namespace = '', name, state, created, children } = node
  const label = [cluster ?? [], kind, name === '' ? [] : formatKey({ namespace, name })].flat().join(' ')
  const age = created === undefined ? '' : formatAge(created, nowMs)
  return [
    [`${own}${label}`, state, age],
    ...children.flatMap((child, index) => {
      const isLast = index === children.length - 1
      const branch = { own: `${below}${isLast ? '└─ ' : '├─ '}`, below: `${below}${isLast ? '   ' : '│  '}` }
      return rowsOf(child, branch, nowMs)
    }),
  ]
}
