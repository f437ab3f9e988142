import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { parseKey } from '../../object/object-key.ts'
import type { Placer } from '../../rendering/placer.ts'
import { templateTarget } from '../../rendering/template-target.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, ReconcileError, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import { type BindingWriteDeps, writeBinding } from '../write-binding.ts'
import { planFailback, returnedBinding, returnedTo } from './plan.ts'

export interface FailbackDeps extends BindingWriteDeps {
  readonly clusters: Lister<Cluster>
  readonly placer: Pick<Placer, 'place'>
  readonly clock: Clock
}

/** Binding → back where its placement would put it now, when somebody asks (docs/reference/failover.md). */
export function newFailbackReconciler(deps: FailbackDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const binding = deps.bindings.get(parseKey(key))
    if (binding === undefined) return awaitChange()
    const getCluster = (name: string) => deps.clusters.get({ namespace: '', name })
    const plan = planFailback({ binding, getCluster, now: timestamp(deps.clock) })
    switch (plan.type) {
      case 'none':
        return awaitChange()
      case 'wait':
        return plan.afterMs === undefined ? awaitChange() : requeueAfter(plan.afterMs)
      case 'note':
        await writeBinding(deps, { before: binding, after: { binding: plan.binding, placed: undefined } }, signal)
        return awaitChange()
      case 'place':
        await bringBack(deps, { binding, asked: plan.binding }, signal)
        return awaitChange()
    }
  }
}

interface Request {
  readonly binding: Binding
  readonly asked: Binding
}

async function bringBack(deps: FailbackDeps, { binding, asked }: Request, signal: AbortSignal): Promise<void> {
  const placed = deps.placer.place(asked)
  // Its scheduling is suspended, or somebody else's: the request stands until that changes.
  if (placed === undefined) return
  if (placed.result.outcome.type === 'failure') {
    const message = `It stays where it is: ${placed.result.outcome.message}`
    for (const about of [templateTarget(binding), binding]) {
      deps.recorder.event(about, 'Warning', 'FailbackFailed', message)
    }
    throw new ReconcileError('NoReplacement', message, { retry: 'backoff' })
  }
  const after = returnedBinding(binding, { binding: placed.binding, placed }, timestamp(deps.clock))
  await writeBinding(deps, { before: binding, after }, signal)
  const returned = returnedTo(binding, after.binding)
  const where = returned.length === 0 ? 'Placed afresh; it belongs where it is' : `Returned to ${returned.join(', ')}`
  for (const about of [templateTarget(binding), binding]) {
    deps.recorder.event(about, 'Normal', 'FailbackSucceed', `${where}, as was asked for`)
  }
}
