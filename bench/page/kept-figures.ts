import type { Figures, Report } from '../report.ts'

/** Taken ten seconds after a start, before the operator looks for the first time whether it rests: they tell nothing. */
const TOO_SOON = /calm(?:Rss|Heap)MiB$/i

/** @returns the figures of a run that mean what they say; runs are kept for longer than the bench stays as it was. */
export function figuresOf({ figures }: Pick<Report, 'figures'>): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([name]) => !TOO_SOON.test(name)))
}

/**
 * @returns the bare loop's. What it once called the time in the member of a policy that drops one was that until the last of its
 * writes was answered, a binding's status on the host: it stands where the operator's time for the same does.
 */
export function bareOf({ question, bare }: Pick<Report, 'question' | 'bare'>): Figures {
  const { dropInMemberSeconds, ...rest } = bare
  if (question !== 'policy-change' || dropInMemberSeconds === undefined || 'dropOnHostSeconds' in bare) return bare
  return { dropOnHostSeconds: dropInMemberSeconds, ...rest }
}
