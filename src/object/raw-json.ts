declare global {
  interface JSON {
    /** A frozen object that `stringify` writes as exactly `text`: carries numbers that a double cannot (ECMA-262 JSON.rawJSON). */
    rawJSON(text: string): { readonly rawJSON: string }
    isRawJSON(value: unknown): value is { readonly rawJSON: string }
  }
}

/** @returns a text, number or truth value as text, whatever way it is kept; '' for anything else, which may have no text. */
export function scalarText(value: unknown): string {
  if (JSON.isRawJSON(value)) return value.rawJSON
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** True for a JSON object with members: neither a list, nor null, nor a number kept as raw JSON. */
export function isJsonObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
}
