const QUOTE = 0x22
const EVENT = Buffer.from('{"type":"')
const [ADDED, MODIFIED] = [0x41, 0x4d]
const VERSION = Buffer.from('"resourceVersion":"')
/** Versions are decimal numbers of 64 bits. */
const LONGEST_VERSION = 20

/**
 * Whether a watch event tells of a write of our own, by the bytes around its first `resourceVersion`: apiservers write metadata
 * before spec and status, and the UID right beside the version. Text inside of a value cannot look like that, since its quotes are
 * escaped.
 *
 * @param uidOfOwnWrite the UID of the object that an own write left in this version
 * @returns the version, or undefined when the event has to be decoded: also when it is not written in the usual way.
 */
export function echoedVersion(
  event: Buffer,
  uidOfOwnWrite: (resourceVersion: string) => string | undefined,
): string | undefined {
  const kind = event[EVENT.length]
  if ((kind !== ADDED && kind !== MODIFIED) || event.compare(EVENT, 0, EVENT.length, 0, EVENT.length) !== 0) {
    return undefined
  }
  const field = event.indexOf(VERSION)
  const from = field + VERSION.length
  const end = field < 0 ? -1 : event.indexOf(QUOTE, from)
  if (end < 0 || end - from > LONGEST_VERSION) return undefined
  const version = event.toString('latin1', from, end)
  const uid = uidOfOwnWrite(version)
  return uid !== undefined && standsBeside(event, `"uid":"${uid}"`, { field, end }) ? version : undefined
}

/** After it where fields are sorted (custom resources), before it where they are in the order of the Go types. */
function standsBeside(event: Buffer, text: string, { field, end }: { readonly field: number; readonly end: number }) {
  const after = end + 1
  return (
    event.toString('latin1', after, after + 1 + text.length) === `,${text}` ||
    event.toString('latin1', Math.max(0, field - text.length - 1), field) === `${text},`
  )
}
