import { expect, it } from '@jest/globals'
import { StatusError } from '../kube/status-error.ts'
import { isUnappliable } from './unappliable.ts'

const refused = (message: string) => new StatusError({ code: 500, reason: 'InternalError', message })

// design.md, rules of writing 6
it.each<{ name: string; error: unknown; want: boolean }>([
  {
    name: 'an environment variable that stands there twice',
    error: refused('.spec.template.spec.containers[name="a"].env: duplicate entries for key [name="A"]'),
    want: true,
  },
  {
    name: 'a field that an older member does not know',
    error: refused('failed to create typed patch object: .spec.new: field not declared in schema'),
    want: true,
  },
  { name: 'what is no YAML', error: refused('error decoding YAML: yaml: line 1: did not find expected'), want: true },
  { name: 'another refusal', error: refused('etcdserver: request timed out'), want: false },
  { name: 'what no apiserver said', error: new Error('duplicate entries for key'), want: false },
])('$name: $want', ({ error, want }) => expect(isUnappliable(error)).toBe(want))
