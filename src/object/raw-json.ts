declare global {
  interface JSON {
    /** A frozen object that `stringify` writes as exactly `text`: carries numbers that a double cannot (ECMA-262 JSON.rawJSON). */
    rawJSON(text: string): { readonly rawJSON: string }
    isRawJSON(value: unknown): value is { readonly rawJSON: string }
  }
}

/** True for a JSON object with members: neither a list, nor null, nor a number kept as raw JSON. */
export function isJsonObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)
}
