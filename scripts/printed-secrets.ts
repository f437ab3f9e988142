const KEYS = ['', 'RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED ']

/** As a kubeconfig or a Secret has a PEM block; the last characters depend on what follows. */
function encodedHead(sort: string): string {
  return Buffer.from(`-----BEGIN ${sort}PRIVATE KEY-----`).toString('base64').replace(/=*$/, '').slice(0, -4)
}

/** What is known for a secret by its form alone, whoever made it: JSON web tokens with a signature, and PEM blocks. */
const FORMS: readonly { readonly what: string; readonly form: RegExp }[] = [
  { what: 'a token', form: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{16,}/g },
  { what: 'a private key', form: /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{16,}/g },
  { what: 'a private key', form: new RegExp(KEYS.map(encodedHead).join('|'), 'g') },
]

/**
 * Looks for tokens and private keys in what a run has printed, also of suites that have no fleet and search for nothing
 * themselves.
 *
 * @returns a line for each, with its place and without the secret.
 */
export function printedSecrets(output: string): readonly string[] {
  return FORMS.flatMap(({ what, form }) =>
    [...output.matchAll(form)].map(({ index }) => {
      const line = output.slice(0, index).split('\n').length
      return `line ${line} of what the run has printed: ${what}`
    }),
  )
}
