/** @returns what an error says, then what it says about its cause, and so on, each on a line of its own. */
export function explainFailure(error: unknown): string {
  const messages: string[] = []
  for (let at: unknown = error; at !== undefined && at !== null; at = causeOf(at)) {
    messages.push((at instanceof Error ? at.message : String(at)).trim())
  }
  return messages.join('\n  because: ')
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}
