/** A page of /metrics says what the operator did on its host: of each request cluster, verb and resource. */
const REQUEST =
  /^flotilla_client_requests_total\{cluster="host",verb="(?<verb>\w+)",resource="(?<resource>[^"]+)",code="2\d\d"\}/gm
/** As roles call them. */
const VERBS: Readonly<Record<string, string>> = { apply: 'patch' }

/** @returns `verb resource.group/subresource`, each once, as roles and their tables have it. */
export function rightsUsed(metrics: string): readonly string[] {
  const used = [...metrics.matchAll(REQUEST)].flatMap(({ groups = {} }) => {
    const { verb = '', resource = '' } = groups
    return [`${VERBS[verb] ?? verb} ${nameOf(resource)}`]
  })
  return [...new Set(used)].toSorted()
}

/** `apps/v1/deployments/status` → `deployments.apps/status`, `v1/secrets` → `secrets`. */
function nameOf(path: string): string {
  const parts = path.split('/')
  const version = parts.findIndex(part => /^v\d/.test(part))
  const group = parts.slice(0, version).join('/')
  const [plural = '', ...subresource] = parts.slice(version + 1)
  return [group === '' ? plural : `${plural}.${group}`, ...subresource].join('/')
}
