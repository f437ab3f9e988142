/** An entry of an overrider that cannot be applied to this object; which policy it is of is told by OverrideError. */
export class EntryError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.name = 'EntryError'
  }
}
