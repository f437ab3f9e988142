import type { BindingKind } from '../api/kinds.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { failedTermMessage, successMessage } from '../scheduling/outcome.ts'
import type { PlacedBinding } from './place-binding.ts'
import { templateTarget } from './template-target.ts'

/**
 * Tells the outcome of scheduling where people look: on the template, and a failure on the binding as well; so for each term of
 * clusterAffinities that was tried in vain.
 *
 * @source spec/behaviour/scheduling.md §5, §10 "Events"
 */
export function recordSchedule(recorder: Recorder, { binding, result }: PlacedBinding, bindingKind: BindingKind): void {
  const template = templateTarget(binding)
  const { namespace, name } = binding.metadata
  for (const term of result.failedTerms) {
    const message = failedTermMessage({ kind: bindingKind.kind, name, ...(namespace && { namespace }) }, term)
    for (const about of [template, binding]) recorder.event(about, 'Warning', 'ScheduleBindingFailed', message)
  }
  if (result.outcome.type === 'success') {
    recorder.event(template, 'Normal', 'ScheduleBindingSucceed', successMessage(result.targets, bindingKind))
    return
  }
  for (const about of [template, binding]) {
    recorder.event(about, 'Warning', 'ScheduleBindingFailed', result.outcome.message)
  }
}
