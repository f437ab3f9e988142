import { formatApiVersion, type Gvk } from '../object/gvk.ts'
import { printableMessage } from '../object/printable.ts'
import { someNames } from '../object/some-names.ts'

const LONGEST = 100
const MOST = 5

/** @returns a kind as messages name it, `apps/v1 Deployment`: a policy takes any text for one. */
export function shownKind({ group, version, kind }: Gvk): string {
  return printableMessage(`${formatApiVersion({ group, version })} ${kind}`.replaceAll(/\s+/g, ' '), LONGEST)
}

/** @returns the first of them, each once, and how many others there are. */
export function shownKinds(kinds: readonly Gvk[]): string {
  return someNames([...new Set(kinds.map(shownKind))], MOST)
}
