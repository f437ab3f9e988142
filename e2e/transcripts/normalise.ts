/** Something that differs from run to run, and what stands for it. */
export type Replacement = readonly [pattern: RegExp, placeholder: string]

const REPLACEMENTS: readonly Replacement[] = [
  [/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g, '<certificate>'],
  [/LS0tLS1[A-Za-z0-9+/=]+/g, '<certificate>'],
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [/\bv1\.\d+\.\d+\b/g, '<version>'],
  [/(resourceVersion: |"resourceVersion": ?)"\d+"/g, '$1"<n>"'],
  [/[\w.-]+_[0-9a-f]{16}\b/g, '<pod>'],
  [/\b(\w[\w-]*?)-[0-9a-f]{8,10}-[a-z0-9]{5}\b/g, '$1-<hash>'],
]
/** Ages as tables have them. */
const AGE = /(?<=^|\s)(\d+[dhms])+(\d+)?(?=\s|$)|(?<=\s)<invalid>/gm
const SECONDS = /\b\d+(\.\d+)? (s|ms|seconds?|minutes?|hours?)\b/g
const GAP = /(?<=\S) {2,}(?=\S)/g
const PLACEHOLDER = /<(age|uid|time|version|port|pod|hash|release)>/

/**
 * A text of which two runs give the same: times, ages, uids, ports, versions and certificates become placeholders. Where a
 * paragraph has one, its columns are two spaces apart, since a placeholder is as wide as another one.
 */
export function normalise(text: string, more: readonly Replacement[] = []): string {
  const replaced = [...more, ...REPLACEMENTS].reduce((before, [pattern, by]) => before.replaceAll(pattern, by), text)
  return replaced
    .replaceAll(SECONDS, '<n> $2')
    .replaceAll(AGE, '<age>')
    .split('\n\n')
    .map(paragraph => (PLACEHOLDER.test(paragraph) ? paragraph.replaceAll(GAP, '  ') : paragraph))
    .join('\n\n')
    .replaceAll(/[ \t]+$/gm, '')
}
