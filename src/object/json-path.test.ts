import { describe, expect, it } from '@jest/globals'
import { JsonPathError, readJsonPath } from './json-path.ts'

const status = {
  jobStatus: { jobID: 'abc', count: 3 },
  'dotted.name': 'd',
  list: [{ id: 1 }, { id: 2 }, { id: 3 }],
  none: null,
}

describe('readJsonPath', () => {
  it.each([
    { path: '{.jobStatus.jobID}', want: ['abc'] },
    { path: '{ .jobStatus.count }', want: [3] },
    { path: '.jobStatus.jobID', want: ['abc'] },
    { path: 'jobStatus.jobID', want: ['abc'] },
    { path: '{$.jobStatus.jobID}', want: ['abc'] },
    { path: "{['dotted.name']}", want: ['d'] },
    { path: '{["dotted.name"]}', want: ['d'] },
    { path: '{.dotted\\.name}', want: ['d'] },
    { path: '{.list[1].id}', want: [2] },
    { path: '{.list[-1].id}', want: [3] },
    { path: '{.list[*].id}', want: [1, 2, 3] },
    { path: '{.list[9].id}', want: [] },
    { path: '{.jobStatus.*}', want: ['abc', 3] },
    { path: '{.none}', want: [null] },
    { path: '{.none.deeper}', want: [] },
    { path: '{.list.id}', want: [] },
    { path: '{.constructor}', want: [] },
    { path: '{}', want: [status] },
  ])('$path', ({ path, want }) => expect(readJsonPath(status, path)).toEqual(want))

  it.each(['{..jobID}', '{.list[?(@.id==1)]}', '{.list[0:2]}', '{.a[}', '{.a..b}'])('refuses %s', path => {
    expect(() => readJsonPath(status, path)).toThrow(JsonPathError)
  })
})
