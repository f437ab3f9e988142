import type { Interpreter } from '../../interpreter/interpreter.ts'
import type { AggregatedStatusItem, Operation } from '../../interpreter/kind-interpreter.ts'
import { gvkOf } from '../../object/gvk.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { CommandError } from '../manifests.ts'

/** What an operation is asked about. */
export interface Input {
  /** The template on the host. */
  readonly desired?: KubeObject
  /** The object in a member. */
  readonly observed?: KubeObject
  /** For ReviseReplica. */
  readonly replicas?: number
  /** For AggregateStatus: what the members report. */
  readonly status?: readonly AggregatedStatusItem[]
}

interface Row {
  /** Which layer is asked. */
  readonly operation: Operation
  readonly run: (interpreter: Interpreter, object: KubeObject, input: Input) => unknown
  /** The object that names the kind. */
  readonly about: 'desired' | 'observed'
}

const asked = (input: Input, about: Row['about']): KubeObject => {
  const object = input[about]
  if (object === undefined) throw new CommandError(`this operation is about the ${about} object: give --${about}`)
  return object
}

/** By the names that they have in the API. @source spec/behaviour/status.md §6 */
const OPERATIONS: Readonly<Record<string, Row>> = {
  InterpretReplica: {
    operation: 'getReplicas',
    about: 'desired',
    run: (interpreter, desired) => interpreter.getReplicas(desired),
  },
  InterpretComponent: {
    operation: 'getComponents',
    about: 'desired',
    run: (interpreter, desired) => interpreter.getComponents(desired),
  },
  ReviseReplica: {
    operation: 'reviseReplicas',
    about: 'desired',
    run: (interpreter, desired, input) => {
      if (input.replicas === undefined)
        throw new CommandError('ReviseReplica sets a number of replicas: give --replicas')
      return interpreter.reviseReplicas(desired, input.replicas)
    },
  },
  Retain: {
    operation: 'retain',
    about: 'desired',
    run: (interpreter, desired, input) => interpreter.retain(desired, asked(input, 'observed')),
  },
  InterpretStatus: {
    operation: 'reflectStatus',
    about: 'observed',
    run: (interpreter, observed) => interpreter.reflectStatus(observed),
  },
  AggregateStatus: {
    operation: 'aggregateStatus',
    about: 'desired',
    run: (interpreter, desired, input) => {
      if (input.status === undefined) throw new CommandError('AggregateStatus joins what members report: give --status')
      return interpreter.aggregateStatus(desired, input.status)
    },
  },
  InterpretHealth: {
    operation: 'isHealthy',
    about: 'observed',
    run: (interpreter, observed) => interpreter.interpretHealth(observed),
  },
  InterpretDependency: {
    operation: 'getDependencies',
    about: 'desired',
    run: (interpreter, desired) => interpreter.getDependencies(desired),
  },
}

export const OPERATION_NAMES: readonly string[] = Object.keys(OPERATIONS)

/**
 * Asks what an object means.
 *
 * @returns what the operator would get
 * @throws CommandError for an operation that does not exist, that nobody knows for the kind, or that lacks its input;
 *   ReconcileError ScriptFailed
 */
export async function interpretObject(interpreter: Interpreter, name: string, input: Input): Promise<unknown> {
  const row = OPERATIONS[name]
  if (row === undefined) throw new CommandError(`no operation ${name}: there are ${OPERATION_NAMES.join(', ')}`)
  const object = asked(input, row.about)
  const { apiVersion, kind } = object
  if (!interpreter.has(gvkOf(object), row.operation)) {
    throw new CommandError(`nobody knows ${name} of ${apiVersion} ${kind}: no customization has a script for it`)
  }
  return row.run(interpreter, object, input)
}
