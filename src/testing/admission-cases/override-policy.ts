import type { JsonObject } from '../../object/kube-object.ts'
import type { AdmissionCase } from './admission-case.ts'

const withOverriders = (overriders: JsonObject): JsonObject => ({ overrideRules: [{ overriders }] })
const withField = (field: JsonObject): JsonObject =>
  withOverriders({ fieldOverrider: [{ fieldPath: '/data/config', ...field }] })
const requirement = (key: string, operator: string): JsonObject => ({
  fieldSelector: { matchExpressions: [{ key, operator, values: ['x'] }] },
})
const ADD = { subPath: '/port', operator: 'add', value: 1 }
const REMOVE = { subPath: '/port', operator: 'remove' }

const SHAPE: readonly AdmissionCase[] = [
  { rule: 'schema: nothing at all', spec: {} },
  { rule: 'schema: a rule without overriders', spec: { overrideRules: [{}] }, want: 'overriders: Required value' },
  {
    rule: '§3.1 an unknown field in the old targetCluster',
    spec: { targetCluster: requirement('cloud', 'In') },
    want: 'supported values: "provider", "region", "zone"',
  },
  {
    rule: '§3.2 old and new target',
    spec: { targetCluster: {}, overrideRules: [] },
    want: "overrideRules and targetCluster can't co-exist",
  },
  {
    rule: '§3.3 old and new overriders',
    spec: { overriders: { plaintext: [{ path: '/x', operator: 'remove' }] }, overrideRules: [] },
    want: "overrideRules and overriders can't co-exist",
  },
  {
    rule: '§3.3 fieldOverrider is not looked at',
    spec: { overriders: { fieldOverrider: [{ fieldPath: '/data/x', json: [ADD] }] }, overrideRules: [] },
  },
  { rule: '§3.3 empty old overriders', spec: { overriders: { plaintext: [] }, overrideRules: [] } },
  {
    rule: '§3.10 an operator that fields do not have',
    spec: { overrideRules: [{ targetCluster: requirement('zone', 'Exists'), overriders: {} }] },
    want: 'supported values: "In", "NotIn"',
  },
]

const LABELS: readonly AdmissionCase[] = [
  {
    rule: '§3.4 a key that is no annotation key',
    spec: withOverriders({ annotationsOverrider: [{ operator: 'add', value: { 'a b': 'x' } }] }),
    want: 'keys in annotationsOverrider must be valid annotation keys',
  },
  {
    rule: '§3.4 annotation keys may have capitals before the slash',
    spec: withOverriders({ annotationsOverrider: [{ operator: 'add', value: { 'Example.com/Key': 'any text' } }] }),
  },
  {
    rule: '§3.4 more than 256 KiB',
    spec: withOverriders({ annotationsOverrider: [{ operator: 'add', value: { a: 'x'.repeat(262_144) } }] }),
    want: 'must not be larger than 256 KiB',
  },
  {
    rule: '§3.5 a key that is no label key',
    spec: withOverriders({ labelsOverrider: [{ operator: 'add', value: { 'Example.com/key': 'x' } }] }),
    want: 'keys in labelsOverrider must be valid label keys',
  },
  {
    rule: '§3.5 a value that is no label value',
    spec: withOverriders({ labelsOverrider: [{ operator: 'add', value: { key: 'any text' } }] }),
    want: 'labelsOverrider[0].value.key',
  },
  {
    rule: '§3.5 a label',
    spec: withOverriders({ labelsOverrider: [{ operator: 'remove', value: { 'example.com/key': '' } }] }),
  },
]

const POINTERS: readonly AdmissionCase[] = [
  {
    rule: '§3.6 a path without slash',
    spec: withOverriders({
      imageOverrider: [{ component: 'Tag', operator: 'add', predicate: { path: 'spec/image' }, value: 'x' }],
    }),
    want: 'predicate.path',
  },
  { rule: '§3.7 neither document', spec: withField({}), want: 'exactly one of json and yaml' },
  { rule: '§3.7 both documents', spec: withField({ json: [ADD], yaml: [ADD] }), want: 'exactly one of json and yaml' },
  { rule: '§3.7 an empty one is none', spec: withField({ json: [ADD], yaml: [] }) },
  {
    rule: '§3.8 a fieldPath without slash',
    spec: withOverriders({ fieldOverrider: [{ fieldPath: 'data', json: [ADD] }] }),
    want: 'fieldPath',
  },
  { rule: '§3.8 a subPath without slash', spec: withField({ yaml: [{ ...ADD, subPath: 'port' }] }), want: 'subPath' },
  {
    rule: '§3.9 add without value',
    spec: withField({ json: [{ subPath: '/port', operator: 'add' }] }),
    want: 'in json of fieldOverrider value is required for add and replace',
  },
  {
    rule: '§3.9 remove with value',
    spec: withField({ yaml: [{ ...REMOVE, value: 1 }] }),
    want: 'not allowed for remove',
  },
  { rule: '§3.9 remove', spec: withField({ yaml: [REMOVE] }) },
  {
    rule: '§3 the deprecated overriders are not judged',
    spec: { overriders: { labelsOverrider: [{ operator: 'add', value: { key: 'any text' } }] } },
  },
]

/** For OverridePolicy and ClusterOverridePolicy alike. */
export const OVERRIDE_POLICY_CASES: readonly AdmissionCase[] = [...SHAPE, ...LABELS, ...POINTERS]
