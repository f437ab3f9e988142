import { describe, expect, it } from '@jest/globals'
import { tableOf } from './read-table.ts'
import { printSideBySide } from './side-by-side.ts'

const page = (columns: readonly object[], rows: readonly (readonly unknown[])[]) => ({
  kind: 'Table',
  columnDefinitions: columns,
  rows: rows.map(cells => ({ cells, object: { metadata: { namespace: 'shop', name: cells[0] } } })),
})
const NAME = { name: 'Name', priority: 0 }
const DATA = { name: 'Data', priority: 0 }
const NODE = { name: 'Node', priority: 1 }

describe('tableOf', () => {
  it('joins pages, and takes cells that are no texts for what they are', () => {
    expect(tableOf([page([NAME, DATA], [['a', 1]]), page([NAME, DATA], [['b', null]])])).toEqual({
      columns: [NAME, DATA],
      rows: [
        { namespace: 'shop', name: 'a', cells: ['a', '1'] },
        { namespace: 'shop', name: 'b', cells: ['b', '<none>'] },
      ],
    })
  })
})

describe('printSideBySide', () => {
  const tables = [
    { cluster: 'member1', table: tableOf([page([NAME, NODE], [['a', 'n1']])]) },
    { cluster: 'member2', table: tableOf([page([NAME, DATA, NODE], [['b', 2, 'n2']])]) },
  ]

  it('puts the cluster first, and leaves empty what a cluster does not tell', () => {
    expect(printSideBySide(tables, { wide: false, withNamespace: false })).toEqual([
      'CLUSTER   NAME   DATA',
      'member1   a',
      'member2   b      2',
    ])
  })

  it('has one line for an object, whatever a member calls its columns and writes into its cells', () => {
    const strange = { name: 'Up\u001b[2J', priority: 0 }
    const table = tableOf([page([NAME, strange], [['a', 'b\nmember2   c']])])
    expect(printSideBySide([{ cluster: 'member1', table }], { wide: false, withNamespace: false })).toEqual([
      'CLUSTER   NAME   UP\\u001b[2J',
      'member1   a      b\\nmember2   c',
    ])
  })

  it('shows everything, and namespaces where there are several', () => {
    expect(printSideBySide(tables, { wide: true, withNamespace: true })).toEqual([
      'CLUSTER   NAMESPACE   NAME   NODE   DATA',
      'member1   shop        a      n1',
      'member2   shop        b      n2     2',
    ])
  })
})
