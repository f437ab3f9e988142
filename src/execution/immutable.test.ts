import { expect, it } from '@jest/globals'
import { StatusError } from '../kube/status-error.ts'
import { immutableFields } from './immutable.ts'

const refusal = (...causes: readonly { readonly field?: string; readonly message: string }[]) =>
  new StatusError({
    code: 422,
    reason: 'Invalid',
    message: 'no',
    details: { causes: causes.map(cause => ({ reason: 'FieldValueInvalid', ...cause })) },
  })

it.each([
  {
    name: 'a Job',
    error: refusal({ field: 'spec.template', message: 'Invalid value: …: field is immutable' }),
    want: ['spec.template'],
  },
  {
    name: 'a StatefulSet',
    error: refusal({
      field: 'spec',
      message: "Forbidden: updates to statefulset spec for fields other than 'replicas' and 'template' are forbidden",
    }),
    want: ['spec'],
  },
  {
    name: 'a roleRef',
    error: refusal({ field: 'roleRef', message: 'Invalid value: …: cannot change roleRef' }),
    want: ['roleRef'],
  },
  {
    name: 'another mistake beside it',
    error: refusal(
      { field: 'spec.template', message: 'field is immutable' },
      { field: 'spec.x', message: 'must be positive' },
    ),
    want: undefined,
  },
  {
    name: 'a policy that speaks of updates',
    error: refusal({ message: 'updates to prod are forbidden during the freeze' }),
    want: undefined,
  },
  { name: 'another mistake', error: refusal({ field: 'spec.x', message: 'must be positive' }), want: undefined },
  { name: 'no refusal', error: new Error('boom'), want: undefined },
])('$name', ({ error, want }) => expect(immutableFields(error)).toEqual(want))
