import { describe, expect, it } from '@jest/globals'
import { configure, DEFAULT_CONFIGURATION } from './configuration.ts'

describe('configure', () => {
  it('gives the defaults without any layer', () => expect(configure()).toEqual(DEFAULT_CONFIGURATION))

  it('lets later layers win, field by field', () => {
    const got = configure({ leaderElection: { enabled: false } }, { logLevel: 'debug' }, { logLevel: 'warn' })
    expect(got.logLevel).toBe('warn')
    expect(got.leaderElection).toEqual({ ...DEFAULT_CONFIGURATION.leaderElection, enabled: false })
  })

  it('keeps a __proto__ key out of the result', () => {
    expect(() => configure(JSON.parse('{"__proto__": {"polluted": true}}'))).toThrow(/must NOT have additional/)
    expect(Object.prototype).not.toHaveProperty('polluted')
  })

  it.each([
    { name: 'an unknown field', layer: { colour: 'red' }, says: /additional properties \(colour\)/ },
    {
      name: 'a wrong type',
      layer: { concurrency: { detector: 'many' } },
      says: /concurrency\.detector must be integer/,
    },
    {
      name: 'a wrong word',
      layer: { logLevel: 'loud' },
      says: /logLevel must be equal to one of .* \(debug, info, warn, error\)/,
    },
    {
      name: 'a wrong way of namespaces',
      layer: { namespaces: { sync: 'some' } },
      says: /namespaces\.sync must .* \(demand, all\)/,
    },
    {
      name: 'a lease that may overlap',
      layer: { leaderElection: { leaseDurationMs: 2000 } },
      says: /leaseDurationMs > /,
    },
    { name: 'no object at all', layer: 'fast', says: /configuration must be object/ },
  ])('names $name', ({ layer, says }) => expect(() => configure(layer)).toThrow(says))
})
