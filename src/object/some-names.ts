/** More names than anybody reads make no message better. */
const MOST_NAMES = 20

/** @returns the first of the names, by commas, and how many others there are. */
export function someNames(names: readonly string[], most = MOST_NAMES): string {
  const others = names.length - most
  return `${names.slice(0, most).join(', ')}${others > 0 ? ` and ${others} more` : ''}`
}
