import { formatApiVersion, type Gvk } from '../object/gvk.ts'
import { printableMessage } from '../object/printable.ts'

const LONGEST = 100

/** @returns a kind as messages name it, `apps/v1 Deployment`: a policy takes any text for one. */
export function shownKind({ group, version, kind }: Gvk): string {
  return printableMessage(`${formatApiVersion({ group, version })} ${kind}`.replaceAll(/\s+/g, ' '), LONGEST)
}
