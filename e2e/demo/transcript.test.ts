import { describe, expect, it } from '@jest/globals'
import { commandLine } from './transcript.ts'

describe('commandLine', () => {
  it('leaves plain words alone', () => {
    expect(commandLine(['kubectl', 'get', 'pods', '-l', 'app=nginx'])).toBe('kubectl get pods -l app=nginx')
  })

  it('quotes what a shell would take apart', () => {
    expect(commandLine(['-o', 'jsonpath={.spec.clusters[*]}'])).toBe("-o 'jsonpath={.spec.clusters[*]}'")
  })

  it('quotes quotes', () => {
    expect(commandLine(["it's"])).toBe(String.raw`'it'\''s'`)
  })
})
