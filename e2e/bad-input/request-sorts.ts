/** What somebody asks an apiserver for; a review asks whether something is allowed, by POST. */
export type RequestSort = 'probe' | 'discovery' | 'list' | 'watch' | 'get' | 'write' | 'review'

const PROBE = /^\/(?:readyz|livez|healthz|version)\b/
const DISCOVERY = /^\/(?:api|api\/[^/]+|apis|apis\/[^/]+|apis\/[^/]+\/[^/]+|openapi\/.*)$/
const REVIEW = /^\/apis\/(?:authentication|authorization)\.k8s\.io\//
/** Up to the plural: with a name behind it, it is one object that is asked for. */
const COLLECTION = /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)\/(?:namespaces\/[^/]+\/)?[^/]+$/

/** @param path with its query */
export function sortOf(method: string, path: string): RequestSort {
  const url = new URL(path, 'https://member')
  const { pathname } = url
  if (PROBE.test(pathname)) return 'probe'
  if (REVIEW.test(pathname) && method === 'POST') return 'review'
  if (method !== 'GET') return 'write'
  if (DISCOVERY.test(pathname)) return 'discovery'
  if (['1', 'true'].includes(url.searchParams.get('watch') ?? '')) return 'watch'
  return COLLECTION.test(pathname) ? 'list' : 'get'
}
