import { createPrivateKey } from 'node:crypto'

/** Something that must be in no log, event, metric or dump, and what it is. */
export interface Canary {
  readonly what: string
  readonly bytes: Buffer
}

/** Shorter ones are found everywhere by chance, and guessed sooner than they are read in a log. */
export const SHORTEST = 16

/** Of this test file: each has its own. */
const made = new Map<string, Canary>()

/** Notes a token, password or private key (PEM) that a test makes, to be searched for at its end. */
export function noteSecret(what: string, value: string): void {
  for (const bytes of secretParts(value)) {
    if (bytes.length >= SHORTEST) made.set(bytes.toString('base64'), { what, bytes })
  }
}

/** @returns what was noted so far. */
export function notedSecrets(): readonly Canary[] {
  return [...made.values()]
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END [A-Z ]*PRIVATE KEY-----/g

/** What of a text is secret: of keys only the private numbers, since the public ones stand in certificates as well. */
export function secretParts(value: string): readonly Buffer[] {
  const keys = value.match(PRIVATE_KEY) ?? []
  return keys.length > 0 ? keys.flatMap(privateNumbers) : [Buffer.from(value.trim())]
}

function privateNumbers(pem: string): readonly Buffer[] {
  try {
    const { d, p, q } = createPrivateKey(pem).export({ format: 'jwk' })
    return [d, p, q].flatMap(part => (part === undefined ? [] : [Buffer.from(part, 'base64url')]))
  } catch {
    // Only called a key: its text is what must not be seen.
    return [Buffer.from(pem.replaceAll(/-----[^-]*-----/g, '').trim())]
  }
}
