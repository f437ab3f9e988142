// Pieces of CEL that several policies use.

/** A label key: optional DNS prefix and a name of at most 63 characters. */
const LABEL_KEY_PATTERN =
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'
const LABEL_VALUE_PATTERN = '^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$'

/** @param text a CEL expression of type string. @returns one that is true for a valid label key. */
export function isLabelKey(text: string): string {
  return `${text}.matches('${LABEL_KEY_PATTERN}') && ${text}.size() <= 317`
}

/** @param text a CEL expression of type string. @returns one that is true for a valid label value. */
export function isLabelValue(text: string): string {
  return `${text}.matches('${LABEL_VALUE_PATTERN}')`
}

/** The list at `path` of the CEL expression `of`, or an empty one. */
export function listAt(of: string, field: string): string {
  return `(has(${of}.${field}) ? ${of}.${field} : [])`
}

/** Whether a string field is there and not empty. */
export function isFilled(of: string, field: string): string {
  return `(has(${of}.${field}) && ${of}.${field} != '')`
}
