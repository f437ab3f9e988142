import { expect, it } from '@jest/globals'
import type { ImageOverrider } from '../../api/generated/override-policy.ts'
import { valueAtPointer } from '../../object/json-pointer.ts'
import { frozenObject } from '../../testing/frozen-object.ts'
import { image } from './image.ts'

const SHA = `sha256:${'a1'.repeat(32)}`
const pod = (name: string) => frozenObject('v1 Pod', { spec: { containers: [{ name: 'a', image: name }] } })
type Change = Omit<ImageOverrider, 'predicate'>
const registry = (operator: Change['operator'], value?: string): Change => ({
  component: 'Registry',
  operator,
  ...(value && { value }),
})
const repository = (operator: Change['operator'], value?: string): Change => ({
  component: 'Repository',
  operator,
  ...(value && { value }),
})
const tag = (operator: Change['operator'], value?: string): Change => ({
  component: 'Tag',
  operator,
  ...(value && { value }),
})

it.each([
  // spec/behaviour/overrides.md §11.1-§11.4
  { image: 'nginx:1.25', entry: registry('add', 'registry.cn'), want: 'registry.cn/nginx:1.25' },
  { image: 'nginx:1.25', entry: registry('add', 'registry.cn/'), want: 'registry.cn//nginx:1.25' },
  {
    image: 'docker.io/library/nginx:1.25',
    entry: registry('replace', 'r.example:5000'),
    want: 'r.example:5000/library/nginx:1.25',
  },
  { image: 'nginx:1.25', entry: tag('add', '-alpine'), want: 'nginx:1.25-alpine' },
  { image: 'nginx', entry: tag('replace', SHA), want: `nginx@${SHA}` },
  { image: 'library/nginx', entry: registry('replace', 'r.example'), want: 'r.example/library/nginx' },
  // §3
  { image: 'r.example/nginx', entry: registry('add', ':5000'), want: 'r.example:5000/nginx' },
  { image: 'r.example/nginx', entry: registry('remove'), want: 'nginx' },
  { image: 'r.example/nginx', entry: registry('replace'), want: 'nginx' },
  { image: 'r.example/nginx:1', entry: repository('add', '-slim'), want: 'r.example/nginx-slim:1' },
  { image: 'r.example/nginx:1', entry: repository('replace', 'team/web'), want: 'r.example/team/web:1' },
  { image: 'r.example/nginx:1', entry: repository('remove'), want: 'r.example/:1' },
  { image: 'nginx:1', entry: tag('replace', '2'), want: 'nginx:2' },
  { image: 'nginx', entry: tag('add', '2'), want: 'nginx:2' },
  { image: `nginx@${SHA}`, entry: tag('replace', '2'), want: 'nginx:2' },
  { image: `nginx@${SHA}`, entry: tag('add', 'ff'), want: `nginx@${SHA}ff` },
  { image: `nginx:1@${SHA}`, entry: tag('add', '.1'), want: 'nginx:1.1' },
  { image: `nginx:1@${SHA}`, entry: registry('add', 'r.example'), want: 'r.example/nginx:1' },
  { image: 'nginx:1', entry: tag('replace', 'not a tag'), want: 'nginx:1' },
  { image: 'nginx:1', entry: tag('remove'), want: 'nginx' },
  { image: `nginx@${SHA}`, entry: tag('remove'), want: 'nginx' },
])('$entry.component $entry.operator $entry.value: $image becomes $want', ({ image: name, entry, want }) => {
  const changed = image.apply(pod(name), { imageOverrider: [entry] })
  expect(valueAtPointer(changed, '/spec/containers/0/image')).toBe(want)
})

const containers = [
  { name: 'a', image: 'a:1' },
  { name: 'b', image: 'b:1' },
]
const template = { template: { spec: { containers, initContainers: [{ name: 'i', image: 'i:1' }] } } }
const entry = tag('replace', '2')

it.each([
  'apps/v1 Deployment',
  'apps/v1 ReplicaSet',
  'apps/v1 DaemonSet',
  'apps/v1 StatefulSet',
  'batch/v1 Job',
  'example.com/v1 Job',
])('changes every container of a %s, and no init container (§3)', type => {
  const changed = image.apply(frozenObject(type, { spec: template }), { imageOverrider: [entry] })
  const want = [
    { name: 'a', image: 'a:2' },
    { name: 'b', image: 'b:2' },
  ]
  expect(changed['spec']).toEqual({ template: { spec: { ...template.template.spec, containers: want } } })
})

it.each(['batch/v1 CronJob', 'example.com/v1 Website'])('leaves a %s as it is (§3)', type => {
  const object = frozenObject(type, { spec: { jobTemplate: { spec: template }, ...template } })
  expect(image.apply(object, { imageOverrider: [entry] })).toBe(object)
})

it('leaves what is right as it is', () => {
  const object = pod('a:2')
  expect(image.apply(object, { imageOverrider: [entry] })).toBe(object)
})

it('changes what a path points at, in any kind, and nothing else (§3)', () => {
  const object = frozenObject('example.com/v1 Website', { spec: { images: [{ name: 'a:1' }, { name: 'b:1' }] } })
  const at = { ...entry, predicate: { path: '/spec/images/1/name' } }
  expect(image.apply(object, { imageOverrider: [at] })['spec']).toEqual({ images: [{ name: 'a:1' }, { name: 'b:2' }] })
})

it('applies each entry to the result of those before it (§2)', () => {
  const changed = image.apply(pod('nginx:1'), {
    imageOverrider: [registry('add', 'r.example'), repository('add', '-x'), entry],
  })
  expect(valueAtPointer(changed, '/spec/containers/0/image')).toBe('r.example/nginx-x:2')
})

it.each([
  {
    name: 'an image that is none',
    object: pod('NOT an image'),
    path: undefined,
    want: '"NOT an image" is not the name of an image',
  },
  {
    name: 'a container without image',
    object: frozenObject('v1 Pod', { spec: { containers: [{}] } }),
    path: undefined,
    want: 'the image is no text',
  },
  {
    name: 'a kind in another shape',
    object: frozenObject('x/v1 Job', { spec: { template: { spec: { containers: {} } } } }),
    path: undefined,
    want: '/spec/template/spec/containers is no list',
  },
  { name: 'a path without slash', object: pod('a'), path: 'spec', want: 'does not begin with a slash' },
  { name: 'a path to nowhere', object: pod('a'), path: '/spec/image', want: 'there is nothing at /spec/image' },
  {
    name: 'a path behind the end of a list',
    object: pod('a'),
    path: '/spec/containers/7/image',
    want: 'there is nothing at',
  },
  { name: 'a path to no text', object: pod('a'), path: '/spec/containers/0', want: 'the image is no text' },
])('refuses $name', ({ object, path, want }) => {
  const bad = { ...entry, ...(path !== undefined && { predicate: { path } }) }
  const run = () => image.apply(object, { imageOverrider: [{ ...entry, predicate: { path: '/metadata/name' } }, bad] })
  expect(run).toThrow(want)
  expect(run).toThrow('imageOverrider[1]: ')
})
