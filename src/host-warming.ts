import { POLICY_KINDS } from './api/kinds.ts'
import { executionNamespace } from './api/names.ts'
import type { HostInformers } from './host-informers.ts'
import type { Client } from './kube/client.ts'
import type { Member, Members } from './members/member.ts'
import { formatGvk, type Gvk, gvkOf, parseApiVersion } from './object/gvk.ts'
import type { Work } from './object/karmada-objects.ts'
import { manifestsOf } from './object/work-manifests.ts'
import type { TemplateFilter } from './policy/skipped.ts'
import type { Informer } from './runtime/informer.ts'
import type { Lister } from './runtime/lister.ts'

export interface TemplateWarmingDeps {
  readonly client: Pick<Client, 'listPage'>
  readonly host: Pick<HostInformers, 'policies' | 'clusterPolicies' | 'templates'>
  readonly filter: Pick<TemplateFilter, 'isSkippedKind'>
}

/**
 * Begins the lists of the kinds that policies name, which the first reconciles are going to ask for: else they begin one after the
 * other, each when a controller has come so far. What no policy has claimed is asked for by itself, and known before the others: it was
 * made while there was no operator, and nothing of it is anywhere yet. What fails here fails there again, and is told there.
 */
export function warmTemplates({ client, host, filter }: TemplateWarmingDeps): void {
  const policies = [...host.policies.list(), ...host.clusterPolicies.list()]
  const named = policies.flatMap(({ spec }) =>
    spec.resourceSelectors.map(({ apiVersion, kind }) => ({ ...parseApiVersion(apiVersion), kind })),
  )
  const warm = async (gvk: Gvk): Promise<void> => {
    const informer = await host.templates.ensure(gvk)
    if (informer !== undefined) await takeUnclaimed(client, informer)
  }
  for (const gvk of each(named)) if (!filter.isSkippedKind(gvk)) warm(gvk).catch(ignore)
}

const UNCLAIMED = POLICY_KINDS.map(({ permanentIdLabel }) => `!${permanentIdLabel}`).join(',')
/** More wait for the list of all of them. */
const MOST_UNCLAIMED = 200

async function takeUnclaimed(client: Pick<Client, 'listPage'>, informer: Informer): Promise<void> {
  const { items } = await client.listPage(informer.resource, { labelSelector: UNCLAIMED, limit: MOST_UNCLAIMED })
  for (const template of items) informer.observe(template)
}

export interface MemberWarmingDeps {
  readonly members: Pick<Members, 'addHandler'>
  readonly works: Lister<Work>
}

/** The same in each member, of the kinds that are there by our doing. @returns ends it. */
export function startWarmingMembers({ members, works }: MemberWarmingDeps): () => void {
  return members.addHandler(({ type, member }) => {
    if (type === 'added') warmMember(member, works.list(executionNamespace(member.name)))
    return undefined
  })
}

function warmMember({ discovery, informer }: Member, works: readonly Work[]): void {
  for (const gvk of each(works.flatMap(manifestsOf).map(gvkOf))) {
    discovery.resourceFor(gvk).then(resource => resource && informer(resource), ignore)
  }
}

/** Once. */
function each(gvks: readonly Gvk[]): Iterable<Gvk> {
  return new Map(gvks.map(gvk => [formatGvk(gvk), gvk])).values()
}

function ignore(): void {}
