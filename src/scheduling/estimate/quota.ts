import { countedAmount, type ResourceList } from './amounts.ts'
import { UNLIMITED_REPLICAS } from './general.ts'
import type { QuotaRoom, QuotaScope } from './member-room.ts'
import type { ComponentNeed } from './models.ts'

/** A kind of pods, as quotas look at it. */
export interface QuotaNeed extends ComponentNeed {
  readonly priorityClassName?: string
}

/** What pods in flight will take of the quotas of their namespace. */
export type QuotaReserved = ReadonlyMap<string, number>

/**
 * How many sets of pods the quotas of their namespace leave: the least that any of them says.
 *
 * @param needs of one set; for a plain workload one need of one replica
 * @returns {@link UNLIMITED_REPLICAS} when no quota counts them.
 */
export function setsInQuotas(
  quotas: readonly QuotaRoom[],
  needs: readonly QuotaNeed[],
  reserved: QuotaReserved,
): number {
  return quotas.reduce((least, quota) => Math.min(least, setsInQuota(quota, needs, reserved)), UNLIMITED_REPLICAS)
}

function setsInQuota({ free, scopes }: QuotaRoom, needs: readonly QuotaNeed[], reserved: QuotaReserved): number {
  const counted = needs.filter(need => scopes.every(scope => isInScope(scope, need)))
  let fit = UNLIMITED_REPLICAS
  for (const [resource, left] of free) {
    const perSet = counted.reduce((sum, need) => sum + need.replicas * amountOf(need, resource), 0)
    if (perSet > 0) fit = Math.min(fit, Math.floor(Math.max(left - (reserved.get(resource) ?? 0), 0) / perSet))
  }
  return fit
}

function amountOf({ requested }: QuotaNeed, resource: string): number {
  return resource === 'pods' ? 1 : (requested.get(resource) ?? 0)
}

/** What only the pod itself knows (its deadline, its neighbours, its volumes) is taken as usual: none. */
function isInScope({ scopeName, operator, values = [] }: QuotaScope, need: QuotaNeed): boolean {
  switch (scopeName) {
    case 'BestEffort':
      return need.requested.size === 0
    case 'NotBestEffort':
      return need.requested.size > 0
    case 'NotTerminating':
      return true
    case 'PriorityClass':
      return isOfPriority(operator, values, need.priorityClassName ?? '')
    default:
      return false
  }
}

function isOfPriority(operator: string, values: readonly string[], name: string): boolean {
  switch (operator) {
    case 'Exists':
      return name !== ''
    case 'DoesNotExist':
      return name === ''
    case 'In':
      return values.includes(name)
    case 'NotIn':
      return !values.includes(name)
    default:
      return false
  }
}

const PLAIN = new Set(['cpu', 'memory', 'ephemeral-storage'])

/**
 * What is left of a quota for pods, by the resource that a pod asks for. Limits, objects and storage are left out: what one
 * replica takes of them is not known.
 *
 * @param used what is missing there is unused
 */
export function quotaFree(hard: ResourceList, used: ResourceList): ReadonlyMap<string, number> {
  const free = new Map<string, number>()
  for (const [name, text] of Object.entries(hard)) {
    const resource = podResourceOf(name)
    if (resource === undefined) continue
    const left = countedAmount(resource, text) - countedAmount(resource, used[name] ?? 0)
    free.set(resource, Math.min(left, free.get(resource) ?? Number.POSITIVE_INFINITY))
  }
  return free
}

function podResourceOf(name: string): string | undefined {
  if (name === 'pods' || name === 'count/pods') return 'pods'
  const asked = name.startsWith('requests.') ? name.slice('requests.'.length) : undefined
  const resource = asked ?? name
  if (PLAIN.has(resource) || resource.startsWith('hugepages-')) return resource
  return asked?.includes('/') && !asked.includes('storageclass') ? asked : undefined
}
