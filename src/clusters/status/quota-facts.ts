import { listAt, objectAt, stringAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { ResourceList } from '../../scheduling/estimate/amounts.ts'
import type { QuotaRoom, QuotaScope } from '../../scheduling/estimate/member-room.ts'
import { quotaFree } from '../../scheduling/estimate/quota.ts'

/** What the cache keeps of a member's ResourceQuota. */
export interface QuotaFacts extends KubeObject, QuotaRoom {}

/** Projects a ResourceQuota. One that the member has not counted yet holds back nothing. */
export function projectQuota(quota: KubeObject): QuotaFacts {
  const { name, namespace, resourceVersion } = quota.metadata
  return {
    apiVersion: quota.apiVersion,
    kind: quota.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    free: quotaFree(resourceList(quota, 'hard'), resourceList(quota, 'used')),
    scopes: scopesOf(quota),
  }
}

/** What a member says is untrusted: only texts and numbers are amounts. */
function resourceList(quota: KubeObject, field: string): ResourceList {
  const entries = Object.entries(objectAt(quota, 'status', field) ?? {})
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [])),
  )
}

function scopesOf(quota: KubeObject): readonly QuotaScope[] {
  const named = listAt(quota, 'spec', 'scopes').flatMap((scopeName): readonly QuotaScope[] =>
    typeof scopeName === 'string' ? [{ scopeName, operator: 'Exists' }] : [],
  )
  const selected = listAt(quota, 'spec', 'scopeSelector', 'matchExpressions').map((expression): QuotaScope => {
    const values = listAt(expression, 'values').filter(value => typeof value === 'string')
    const [scopeName = '', operator = ''] = [stringAt(expression, 'scopeName'), stringAt(expression, 'operator')]
    return { scopeName, operator, values }
  })
  return [...named, ...selected]
}
