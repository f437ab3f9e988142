import { callWebhook, WebhookError } from '../../kube/webhook-call.ts'
import { deepEqual } from '../../object/deep-equal.ts'
import type { ResourceInterpreterWebhookConfiguration } from '../../object/karmada-objects.ts'
import { ReconcileError } from '../../runtime/reconcile-error.ts'
import {
  ResultError,
  toComponents,
  toDependencies,
  toHealthy,
  toObject,
  toReplicas,
  toStatus,
} from '../customization/script-results.ts'
import type { InterpreterLayer } from '../interpreter.ts'
import { newKindChanges } from '../kind-changes.ts'
import type { KindHooks } from '../kind-interpreter.ts'
import { findWebhook, listWebhooks, type PlacedWebhook } from './webhook-index.ts'
import { AnswerError, formatQuestion, type Question, RESULTS, readAnswer } from './webhook-protocol.ts'

/** What servers of users say of kinds. */
export interface WebhookLayer extends InterpreterLayer {
  /** Takes the place of all configurations that were known. */
  replace(configurations: readonly ResourceInterpreterWebhookConfiguration[]): void
}

type Ask = <T>(question: Question, read: (results: readonly unknown[]) => T) => Promise<T>

/** @source spec/behaviour/status.md §6.3 */
export function newWebhookLayer(newUid: () => string): WebhookLayer {
  const { onChange, tell } = newKindChanges()
  let webhooks: readonly PlacedWebhook[] = []
  return {
    onChange,
    hooksOf(gvk) {
      const found = OPERATIONS.flatMap(operation => {
        const webhook = findWebhook(webhooks, gvk, operation)
        return webhook === undefined ? [] : [HOOKS[operation](newAsk(webhook, newUid))]
      })
      return found.length === 0 ? undefined : Object.assign({}, ...found)
    },
    replace(configurations) {
      const before = webhooks
      webhooks = listWebhooks(configurations)
      const after = webhooks
      if (deepEqual(before, after)) return
      tell(gvk =>
        OPERATIONS.some(
          operation => !isSameServer(findWebhook(before, gvk, operation), findWebhook(after, gvk, operation)),
        ),
      )
    },
  }
}

/** Rules say who is asked, and are no part of the answer. */
function isSameServer(a: PlacedWebhook | undefined, b: PlacedWebhook | undefined): boolean {
  return a?.name === b?.name && deepEqual(a?.server, b?.server)
}

function newAsk({ name, server }: PlacedWebhook, newUid: () => string): Ask {
  return async (question, read) => {
    const uid = newUid()
    try {
      const response = readAnswer(await callWebhook(server, formatQuestion(question, uid)), uid)
      return read(RESULTS[question.operation]?.(response, question.object) ?? [])
    } catch (error) {
      if (!(error instanceof WebhookError || error instanceof AnswerError || error instanceof ResultError)) throw error
      const where = `ResourceInterpreterWebhookConfiguration ${name}, ${question.operation}`
      throw new ReconcileError('WebhookFailed', `${where}: ${error.message}`, { retry: 'backoff', cause: error })
    }
  }
}

/** How each operation is asked. */
const HOOKS = {
  InterpretReplica: (ask: Ask): KindHooks => ({
    getReplicas: object => ask({ operation: 'InterpretReplica', object }, toReplicas),
  }),
  InterpretComponent: (ask: Ask): KindHooks => ({
    getComponents: object => ask({ operation: 'InterpretComponent', object }, toComponents),
  }),
  ReviseReplica: (ask: Ask): KindHooks => ({
    reviseReplicas: (object, replicas) =>
      ask({ operation: 'ReviseReplica', object, replicas }, toObject('ReviseReplica', object)),
  }),
  Retain: (ask: Ask): KindHooks => ({
    retain: (object, observedObject) =>
      ask({ operation: 'Retain', object, observedObject }, toObject('Retain', object)),
  }),
  InterpretStatus: (ask: Ask): KindHooks => ({
    reflectStatus: object => ask({ operation: 'InterpretStatus', object }, toStatus),
  }),
  AggregateStatus: (ask: Ask): KindHooks => ({
    aggregateStatus: (object, aggregatedStatus) =>
      ask({ operation: 'AggregateStatus', object, aggregatedStatus }, toObject('AggregateStatus', object)),
  }),
  InterpretHealth: (ask: Ask): KindHooks => ({
    isHealthy: object => ask({ operation: 'InterpretHealth', object }, toHealthy),
  }),
  InterpretDependency: (ask: Ask): KindHooks => ({
    getDependencies: object => ask({ operation: 'InterpretDependency', object }, toDependencies),
  }),
}

const OPERATIONS = [
  'InterpretReplica',
  'InterpretComponent',
  'ReviseReplica',
  'Retain',
  'InterpretStatus',
  'AggregateStatus',
  'InterpretHealth',
  'InterpretDependency',
] as const satisfies readonly (keyof typeof HOOKS)[]
