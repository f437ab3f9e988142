/**
 * The operations that a ResourceInterpreterCustomization can hold, by the field of `spec.customizations`, with the function
 * that its script must define.
 *
 * @source spec/behaviour/status.md §6.1
 */
export const SCRIPT_FUNCTIONS = {
  replicaResource: 'GetReplicas',
  componentResource: 'GetComponents',
  replicaRevision: 'ReviseReplica',
  retention: 'Retain',
  statusReflection: 'ReflectStatus',
  statusAggregation: 'AggregateStatus',
  healthInterpretation: 'InterpretHealth',
  dependencyInterpretation: 'GetDependencies',
} as const

/** What these functions are called with, in their order. An expression has it as variables. */
export const SCRIPT_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  GetReplicas: ['obj'],
  GetComponents: ['obj'],
  ReviseReplica: ['obj', 'desiredReplica'],
  Retain: ['desiredObj', 'observedObj'],
  ReflectStatus: ['observedObj'],
  AggregateStatus: ['desiredObj', 'statusItems'],
  InterpretHealth: ['observedObj'],
  GetDependencies: ['desiredObj'],
}

export type ScriptField = keyof typeof SCRIPT_FUNCTIONS

export const SCRIPT_FIELDS = [
  'replicaResource',
  'componentResource',
  'replicaRevision',
  'retention',
  'statusReflection',
  'statusAggregation',
  'healthInterpretation',
  'dependencyInterpretation',
] as const satisfies readonly ScriptField[]
