/** What a member, or the operator on its behalf, says of an object that it does not take. */
export interface Refusal {
  readonly code: string
  /** What it is, in a few words that follow the member's name. */
  readonly words: string
  readonly remedy: string
}

interface Row {
  readonly pattern: RegExp
  readonly code: string
  readonly words: string
  readonly remedy: string | ((match: RegExpExecArray) => string)
}

/** The rule that RBAC's refusal asks for, as it would stand in a Role. */
function missingRule(match: RegExpExecArray): string {
  const [, user = '', verb = '', resource = '', group = '', where = ''] = match
  // The operator knows all that it needs, and says so.
  if (match.input.includes('add this rule')) {
    const kind = group === '' ? resource : `${resource}.${group}`
    return `Add that rule to a ClusterRole that is bound to ${user} in the member; of a member that was joined by flotilla: flotilla join NAME --cluster-kubeconfig FILE --renew-credentials --propagate ${kind}.`
  }
  const rule = `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]}`
  const place = where === '' ? 'a ClusterRole' : `a Role in namespace ${where}, or a ClusterRole`
  return `Add the rule ${rule} to ${place} that is bound to ${user} in the member.`
}

/** From the most certain words to the least. */
const ROWS: readonly Row[] = [
  {
    pattern: /User "([^"]*)" cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/,
    code: 'MissingRight',
    words: 'refuses it: the credential of the member lacks a right',
    remedy: missingRule,
  },
  {
    pattern: /already exists in the cluster .* and is not managed by this system/,
    code: 'Conflict',
    words: 'has an object of that name that is not ours',
    remedy:
      'Delete it there, set conflictResolution: Overwrite in the policy, or annotate the template with flotilla.dev/takeover: always.',
  },
  {
    pattern: /does not serve (\S+); install its CRD/,
    code: 'MissingApi',
    words: 'does not serve its kind',
    remedy: 'Install its CRD in the member, or propagate the CRD: the object follows by itself.',
  },
  {
    pattern: /exceeded quota: ([^,]+)/,
    code: 'Quota',
    words: 'refuses it: a ResourceQuota is used up',
    remedy: match => `Raise ResourceQuota ${match[1]} in the member, or ask for less.`,
  },
  {
    pattern: /cannot be changed in place|field is immutable/,
    code: 'ImmutableField',
    words: 'cannot change one of its fields in place',
    remedy: 'Change it back, or annotate the template with flotilla.dev/on-immutable: recreate.',
  },
  {
    pattern: /namespaces? "([^"]+)" not found/,
    code: 'MissingNamespace',
    words: 'lacks its namespace',
    remedy: match =>
      `Make namespace ${match[1]} in the member, or let the operator make it (docs/reference/namespaces.md).`,
  },
  {
    pattern: /is being terminated|NamespaceTerminating/,
    code: 'NamespaceTerminating',
    words: 'is deleting its namespace',
    remedy: 'Wait until the namespace is gone: it is made again then.',
  },
  {
    pattern: /denied the request|denied request|admission webhook/,
    code: 'AdmissionRefused',
    words: 'refuses it: an admission policy or webhook of the member',
    remedy: 'Change the object for this member by an OverridePolicy, or the rule in the member.',
  },
  {
    pattern: /is invalid/,
    code: 'Invalid',
    words: 'refuses it as invalid',
    remedy: 'Correct the field that is named, in the template or by an OverridePolicy for this member.',
  },
  {
    pattern: /is deleted to be made again/,
    code: 'Recreating',
    words: 'is about to make it again',
    remedy: 'Nothing: it is made again when the old one is gone.',
  },
]

/** What an error that a Work tells of means; words that nobody knows are passed on by the caller. */
export function explainRefusal(message: string): Refusal {
  for (const { pattern, code, words, remedy } of ROWS) {
    const match = pattern.exec(message)
    if (match !== null) return { code, words, remedy: typeof remedy === 'string' ? remedy : remedy(match) }
  }
  return {
    code: 'NotApplied',
    words: 'did not take it',
    remedy: 'It is tried again by itself; what is wrong stands in the message.',
  }
}
