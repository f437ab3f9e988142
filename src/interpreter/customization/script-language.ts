import { ANNOTATION } from '../../api/names.ts'

/** What scripts may be written in. The first is Karmada's. */
export const LANGUAGES = ['lua', 'javascript', 'cel'] as const

export type Language = (typeof LANGUAGES)[number]

/** @returns undefined for a language that nobody runs here. */
export function toLanguage(name: string): Language | undefined {
  return LANGUAGES.find(language => language === name)
}

/** What a customization says of its language; it may be none that there is. */
export function languageName(annotations: Readonly<Record<string, string>> | undefined): string {
  return annotations?.[ANNOTATION.language] ?? 'lua'
}

/** Why a script is not run. */
export function unknownLanguage(name: string): string {
  const [last, ...others] = LANGUAGES.toReversed()
  return `its annotation ${ANNOTATION.language} is ${JSON.stringify(name)}: there are ${others.toReversed().join(', ')} and ${last}`
}
