import { describe, expect, it } from '@jest/globals'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { DEFAULT_TEMPLATE_KINDS } from '../src/api/template-kinds.ts'
import { KINDS } from '../src/interpreter/kinds/registry.ts'
import { VALUES_SCHEMA } from './chart-schema.ts'
import type { ValueSchema } from './chart-value.ts'
import { renderChartPage, renderSchema, renderValues } from './chart-values.ts'

const validate = new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(renderSchema()))
const defaults = (): Record<string, unknown> => parse(renderValues())

/** The complete values with those of a user on top, as Helm joins them (a level deep is enough here). */
function withValues(own: Record<string, unknown>): unknown {
  const base = defaults()
  const merged = Object.entries(own).map(([name, value]) => {
    const below = base[name]
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value) && typeof below === 'object'
    return [name, isMap ? { ...below, ...value } : value]
  })
  return { ...base, ...Object.fromEntries(merged) }
}

function problems(values: unknown): readonly string[] {
  validate(values)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

describe('values.yaml', () => {
  it('is valid', () => {
    expect(problems(defaults())).toEqual([])
  })

  it('says of every value what it means', () => {
    const undescribed = (schema: ValueSchema, path: string): readonly string[] =>
      Object.entries(schema.properties ?? {}).flatMap(([name, value]) => [
        ...(value.description === undefined && name !== 'global' ? [`${path}${name}`] : []),
        ...(value.default === undefined ? undescribed(value, `${path}${name}.`) : []),
      ])
    expect(undescribed(VALUES_SCHEMA, '')).toEqual([])
  })

  it('stands in the reference, value by value', () => {
    const page = renderChartPage()
    for (const name of ['replicas', 'image.tag', 'crds.install', 'templates.kinds', 'config']) {
      expect(page).toContain(`| \`${name}\` |`)
    }
  })
})

describe('values.schema.json', () => {
  it.each([
    { name: 'a single setting', values: { config: { leaderElection: { leaseDurationMs: 30_000 } } } },
    { name: 'a custom resource', values: { templates: { kinds: { 'example.com': { widgets: 'aggregate' } } } } },
    { name: 'a whole group', values: { templates: { kinds: { 'example.com': { '*': 'propagate' } } } } },
    { name: 'Secrets', values: { templates: { kinds: { core: { secrets: 'propagate' } } } } },
    { name: 'a digest', values: { image: { digest: `sha256:${'0'.repeat(64)}` } } },
    { name: 'no replicas', values: { replicas: 0 } },
    { name: 'values of a parent chart', values: { global: { anything: 1 } } },
  ])('takes $name', ({ values }) => {
    expect(problems(withValues(values))).toEqual([])
  })

  it.each([
    { name: 'a value that does not exist', values: { replicaCount: 2 }, where: '' },
    { name: 'a text for a number', values: { replicas: '2' }, where: '/replicas' },
    { name: 'a value taken away', values: { crds: { install: null } }, where: '/crds/install' },
    { name: 'a setting that does not exist', values: { config: { threads: 4 } }, where: '/config' },
    { name: 'a setting out of range', values: { config: { clusters: { intervalMs: 1 } } }, where: '/config/clusters' },
    { name: 'a setting that the chart decides', values: { config: { namespace: 'other' } }, where: '/config' },
    { name: 'an unknown mode', values: { templates: { kinds: { apps: { deployments: true } } } }, where: '/templates' },
    { name: 'all groups', values: { templates: { kinds: { '*': { '*': 'propagate' } } } }, where: '/templates' },
    { name: 'a pull policy that is none', values: { image: { pullPolicy: 'Sometimes' } }, where: '/image/pullPolicy' },
    { name: 'a short digest', values: { image: { digest: 'sha256:0' } }, where: '/image/digest' },
  ])('refuses $name', ({ values, where }) => {
    expect(problems(withValues(values))[0]).toMatch(new RegExp(`^${where}`))
  })
})

describe('templates.kinds', () => {
  /** `poddisruptionbudgets`, `ingresses`: as Kubernetes forms plurals of the kinds that we know. */
  const pluralOf = (kind: string): string => `${kind.toLowerCase()}${/s$/i.test(kind) ? 'es' : 's'}`

  it.each(KINDS.filter(kind => kind.aggregateStatus !== undefined).map(({ gvk }) => gvk))(
    'lets the status of $kind be written back',
    ({ group, kind }) => {
      expect(DEFAULT_TEMPLATE_KINDS[group === '' ? 'core' : group]?.[pluralOf(kind)]).toBe('aggregate')
    },
  )

  it('grants no status that nothing writes', () => {
    const known = new Set(
      KINDS.filter(kind => kind.aggregateStatus !== undefined).map(
        ({ gvk }) => `${gvk.group === '' ? 'core' : gvk.group}/${pluralOf(gvk.kind)}`,
      ),
    )
    const granted = Object.entries(DEFAULT_TEMPLATE_KINDS).flatMap(([group, kinds]) =>
      Object.entries(kinds).flatMap(([plural, mode]) => (mode === 'aggregate' ? [`${group}/${plural}`] : [])),
    )
    expect(granted.filter(name => !known.has(name))).toEqual([])
  })
})
