/** The parts of a container image's name; what is absent is ''. */
export interface ImageReference {
  /** Registry, with its port. Only what can be told from a repository: it has a dot or a colon, or is `localhost`. */
  readonly host: string
  readonly repository: string
  readonly tag: string
  /** `sha256:…`; dropped when the reference has a tag as well. */
  readonly digest: string
}

const LONGEST_NAME = 255
const LONGEST_DIGEST = 1024
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}$/
const PATH_PART = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/
const HOST_PART = /^[A-Za-z0-9-]+$/
const IPV6 = /^\[[a-fA-F0-9:]+\]$/
const PORT = /^[0-9]+$/

/**
 * Takes an image's name apart.
 *
 * @returns undefined for what no registry would understand.
 * @source the reference grammar of container registries (distribution/reference); spec/behaviour/overrides.md §3
 */
export function parseImage(image: string): ImageReference | undefined {
  const [named = '', digest = '', ...more] = image.split('@')
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  const [name, tag] = colon < 0 ? [named, ''] : [named.slice(0, colon), named.slice(colon + 1)]
  const isWhole = more.length === 0 && isName(name)
  const hasGoodTag = colon < 0 || TAG.test(tag)
  const hasGoodDigest = !image.includes('@') || isDigest(digest)
  if (!isWhole || !hasGoodTag || !hasGoodDigest) return undefined
  return { ...splitHost(name), tag, digest: tag === '' ? digest : '' }
}

/** Puts the parts together again, whatever they hold by now. */
export function formatImage({ host, repository, tag, digest }: ImageReference): string {
  const name = host === '' ? repository : `${host}/${repository}`
  if (tag !== '') return `${name}:${tag}`
  return digest === '' ? name : `${name}@${digest}`
}

/** @returns the reference with another tag or digest, whichever the text is; the same reference when it is neither. */
export function withVersion(reference: ImageReference, version: string): ImageReference {
  if (TAG.test(version)) return { ...reference, tag: version, digest: '' }
  return isDigest(version) ? { ...reference, tag: '', digest: version } : reference
}

function splitHost(name: string): Pick<ImageReference, 'host' | 'repository'> {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const isHost = first === 'localhost' || /[.:]/.test(first)
  return isHost ? { host: first, repository: name.slice(slash + 1) } : { host: '', repository: name }
}

function isName(name: string): boolean {
  const parts = name.split('/')
  if (name.length > LONGEST_NAME || parts.length === 0) return false
  const path = parts.length > 1 && isHostAndPort(parts[0] ?? '') ? parts.slice(1) : parts
  return path.every(part => PATH_PART.test(part))
}

function isHostAndPort(text: string): boolean {
  const colon = text.lastIndexOf(':')
  const hasPort = colon > text.lastIndexOf(']') && colon >= 0
  const host = hasPort ? text.slice(0, colon) : text
  if (hasPort && !PORT.test(text.slice(colon + 1))) return false
  return IPV6.test(host) || host.split('.').every(isHostPart)
}

function isHostPart(part: string): boolean {
  return HOST_PART.test(part) && !part.startsWith('-') && !part.endsWith('-')
}

function isDigest(text: string): boolean {
  return text.length <= LONGEST_DIGEST && DIGEST.test(text)
}
