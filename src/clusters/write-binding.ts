import type { BindingKind } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import type { Binding } from '../object/karmada-objects.ts'
import { keyOf } from '../object/object-key.ts'
import { recordSchedule } from '../rendering/schedule-events.ts'
import type { Informer } from '../runtime/informer.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { bindingPatch, type MovedBinding } from './leave-clusters.ts'

/** What everybody needs who moves bindings. */
export interface BindingWriteDeps {
  readonly kind: BindingKind
  readonly host: Pick<Client, 'patch'>
  readonly bindings: Pick<Informer<Binding>, 'get' | 'observe'>
  readonly recorder: Recorder
}

/**
 * Writes what became of a binding, and tells what scheduling came to.
 *
 * @returns whether anything was to be written.
 */
export async function writeBinding(
  { kind, host, bindings, recorder }: BindingWriteDeps,
  { before, after }: { readonly before: Binding; readonly after: MovedBinding },
  signal: AbortSignal,
): Promise<boolean> {
  const body = bindingPatch(before, after.binding)
  if (body === undefined) return false
  bindings.observe(await host.patch(kind, keyOf(before), { type: 'merge', body }, { signal }))
  if (after.placed !== undefined && after.placed.binding !== before) recordSchedule(recorder, after.placed, kind)
  return true
}
