/** A value of the chart, or a group of values: JSON schema (draft 7), as much of it as the chart uses. */
export interface ValueSchema {
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly minLength?: number
  readonly items?: ValueSchema
  readonly properties?: Readonly<Record<string, ValueSchema>>
  readonly required?: readonly string[]
  readonly propertyNames?: ValueSchema
  readonly additionalProperties?: boolean | ValueSchema
}

export type Values = Readonly<Record<string, ValueSchema>>

/** Values under one name. Defaults fill in what is missing, so only a null can take a value away: that is refused. */
export const group = (description: string, properties: Values): ValueSchema => ({
  description,
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
})

export const flag = (description: string, byDefault: boolean): ValueSchema => ({
  description,
  type: 'boolean',
  default: byDefault,
})

export const text = (description: string, byDefault: string, limits: ValueSchema = {}): ValueSchema => ({
  description,
  type: 'string',
  default: byDefault,
  ...limits,
})

export const count = (description: string, byDefault: number, limits: ValueSchema = {}): ValueSchema => ({
  description,
  type: 'integer',
  default: byDefault,
  ...limits,
})

/** As in the Kubernetes API; the apiserver checks it. */
export const object = (description: string, byDefault: object = {}): ValueSchema => ({
  description,
  type: 'object',
  default: byDefault,
})

/** A list of such objects. */
export const list = (description: string, byDefault: readonly object[] = []): ValueSchema => ({
  description,
  type: 'array',
  items: { type: 'object' },
  default: byDefault,
})

export const texts = (description: string, limits: ValueSchema = {}): ValueSchema => ({
  description,
  type: 'array',
  items: { type: 'string', ...limits },
  default: [],
})

/** Labels or annotations. */
export const strings = (description: string, byDefault: Readonly<Record<string, string>> = {}): ValueSchema => ({
  ...object(description, byDefault),
  additionalProperties: { type: 'string' },
})
