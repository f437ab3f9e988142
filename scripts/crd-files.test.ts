import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import {
  BINDING_KINDS,
  CLUSTER,
  CLUSTER_TAINT_POLICY,
  OVERRIDE_KINDS,
  POLICY_KINDS,
  REMEDY,
  RESOURCE_INTERPRETER_CUSTOMIZATION,
  RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION,
  type Resource,
  WORK,
  WORKLOAD_REBALANCER,
} from '../src/api/kinds.ts'
import { deriveTwins, listCrdFiles, REPOSITORY, readCrd, type Schema } from './crd-files.ts'

const KINDS: readonly Resource[] = [
  ...POLICY_KINDS,
  ...OVERRIDE_KINDS,
  ...BINDING_KINDS,
  WORK,
  CLUSTER,
  CLUSTER_TAINT_POLICY,
  REMEDY,
  WORKLOAD_REBALANCER,
  RESOURCE_INTERPRETER_CUSTOMIZATION,
  RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION,
]

function schemaOf(file: string): Schema {
  return readCrd(file).spec.versions[0]?.schema.openAPIV3Schema ?? {}
}

/** Paths of fields below `schema` for which `test` is false. */
function findFields(schema: Schema, path: string, test: (field: Schema) => boolean): readonly string[] {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    ...(test(field) ? [] : [`${path}.${name}`]),
    ...findFields(field, `${path}.${name}`, test),
  ])
  return schema.items === undefined ? fields : [...fields, ...findFields(schema.items, `${path}[]`, test)]
}

const VALIDATION = ['x-kubernetes-validations', 'pattern', 'maxLength', 'minimum', 'enum', 'default']

/** The shape alone, without what refuses or completes values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value
  const rest = Object.entries(value).filter(([name]) => !VALIDATION.includes(name))
  return Object.fromEntries(rest.map(([name, member]) => [name, shapeOf(member)]))
}

describe('crds/', () => {
  it('holds one file for each kind, with its group, names and scope', () => {
    const rows = listCrdFiles().map(file => {
      const { group, names, scope, versions } = readCrd(file).spec
      const { kind, plural } = names
      return { file, resource: { group, version: versions[0]?.name, plural, kind, namespaced: scope === 'Namespaced' } }
    })
    for (const { group, version, plural, kind, namespaced } of KINDS) {
      const file = `${group}_${plural}.yaml`
      expect(rows).toContainEqual({ file, resource: { group, version, plural, kind, namespaced } })
    }
    expect(rows).toHaveLength(KINDS.length)
  })

  it.each([...deriveTwins()])('%s is what its namespaced twin gives', (path, text) => {
    expect(readFileSync(join(REPOSITORY, path), 'utf8')).toBe(text)
  })

  it.each(listCrdFiles())('%s explains every field', file => {
    // The apiserver allows no description of metadata.
    const isExplained = (field: Schema): boolean => (field.description ?? '').length > 10
    expect(findFields(schemaOf(file), '', isExplained)).toEqual(['.metadata'])
  })

  it('gives bindings the same placement, failover and suspension as policies', () => {
    const policy = schemaOf('policy.karmada.io_propagationpolicies.yaml').properties?.['spec']?.properties
    const binding = schemaOf('work.karmada.io_resourcebindings.yaml').properties?.['spec']?.properties
    expect(shapeOf(binding?.['placement'])).toEqual(shapeOf(policy?.['placement']))
    expect(shapeOf(binding?.['failover'])).toEqual(shapeOf(policy?.['failover']))
    const { scheduling, ...dispatching } = binding?.['suspension']?.properties ?? {}
    expect(scheduling).toBeDefined()
    expect(shapeOf(dispatching)).toEqual(shapeOf(policy?.['suspension']?.properties))
  })
})

describe('src/api/generated', () => {
  it('is what crds/ gives', () => {
    const script = join(REPOSITORY, 'scripts/generate-types.ts')
    expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toBe('')
  }, 60_000)
})
