const FNV_OFFSET_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193
const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const encoder = new TextEncoder()

/**
 * 32-bit FNV-1a over the UTF-8 bytes of `text`.
 *
 * @returns an unsigned 32-bit integer.
 * @source spec/api/constants.md §8
 */
export function fnv1a32(text: string): number {
  let hash = FNV_OFFSET_BASIS
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, FNV_PRIME)
  return hash >>> 0
}

/**
 * Maps every character to one that cannot form a word: character code mod 27 into an alphabet without vowels.
 *
 * @source Kubernetes SafeEncodeString; spec/api/constants.md §8
 */
export function safeEncode(text: string): string {
  return Array.from(text, character => SAFE_ALPHABET.charAt(character.charCodeAt(0) % SAFE_ALPHABET.length)).join('')
}

/**
 * The hash suffix of generated names: FNV-1a 32 as decimal text, safe-encoded.
 *
 * @returns 1 to 10 characters.
 * @source spec/api/constants.md §8 "Hash suffix"
 */
export function hashSuffix(text: string): string {
  return safeEncode(fnv1a32(text).toString())
}
