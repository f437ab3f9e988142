import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { CLUSTER_RESOURCE_BINDING, RESOURCE_BINDING, type Resource } from '../api/kinds.ts'
import { planWrite } from '../execution/plan.ts'
import { newInterpreter } from '../interpreter/interpreter.ts'
import type { Client } from '../kube/client.ts'
import { projectManagedObject } from '../members/project-managed-object.ts'
import { findDifference } from '../object/equality.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import { newTestClient } from '../testing/apiserver-client.ts'
import { frozen } from '../testing/frozen-object.ts'
import { GENERATED_KINDS } from '../testing/generated-objects.ts'
import { memberManifest } from './member-manifest.ts'
import { renderWork } from './render-work.ts'

// What a member's apiserver makes of an object (defaults, other notations, empty values left out) must not look like drift:
// after a restart nothing but the object itself says whether it is as it should be.

jest.setTimeout(300_000)

/** The same cases in each run of the gate; another seed and more runs look for new ones. */
const RUNS = Number(process.env['SETTLED_RUNS'] ?? 25)
const SEED = Number(process.env['SETTLED_SEED'] ?? 20261121)
const interpreter = newInterpreter()
let apiserver: Apiserver
let client: Client
let made = 0

beforeAll(async () => {
  apiserver = await startApiserver()
  client = newTestClient(apiserver.cluster.endpoint)
  await apiserver.cluster.kubectl(['apply', '-f', '-'], JSON.stringify(WIDGETS))
  await apiserver.cluster.kubectl(['wait', 'crd/widgets.example.com', '--for=condition=Established'])
}, START_TIMEOUT_MS)

afterAll(async () => {
  await client?.close()
  await apiserver?.stop()
})

const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
const WIDGETS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
}

// A template comes from an apiserver, so it has the defaults and the notation of the host's; the member's are the same.
describe('what was made from a template of the host is as it should be, by what its watch tells after a restart', () => {
  it.each(GENERATED_KINDS)('$title', ({ resource, fields }) =>
    settles(resource, fields, async given => {
      const stored = await client.create(resource, templateOf(resource, given))
      // Host and member are one apiserver here: the template goes first, since what it holds (a port) is free in a member.
      await client.delete(resource, keyOf(stored), { propagationPolicy: 'Background' })
      const { desired, observed } = await applied(resource, renamed(stored))
      expect(findDifference(desired, observed)).toBeUndefined()
      return { desired, observed }
    }),
  )
})

// An override, or the defaults of another version, may say a thing in a way that the member's apiserver does not keep.
describe('what was written in a way of its own is as it should be, by who holds it after a restart', () => {
  it.each(GENERATED_KINDS)('$title', ({ resource, fields }) =>
    settles(resource, fields, async given => {
      return applied(resource, templateOf(resource, given))
    }),
  )
})

interface Settled {
  readonly desired: KubeObject
  readonly observed: KubeObject
}

/** For objects of a kind: nothing is to be done. */
async function settles(
  resource: Resource,
  fields: fc.Arbitrary<JsonObject>,
  make: (given: JsonObject) => Promise<Settled>,
): Promise<void> {
  const property = fc.asyncProperty(fields, async given => {
    const { desired, observed } = await make(given)
    expect(planWrite({ ...KNOWN, desired, observation: { state: 'cached', object: observed } })).toEqual({
      type: 'done',
      object: observed,
    })
    await client.delete(resource, keyOf(observed), { propagationPolicy: 'Background' })
  })
  await fc.assert(property, { numRuns: RUNS, seed: SEED })
}

const KNOWN = {
  work: { namespace: 'karmada-es-a', name: 'w' },
  rules: { takeover: 'never', drift: 'revert' },
  contested: [],
  dropped: [],
  // As after a restart.
  accepted: undefined,
} as const

/** Applies what a template makes of a Work, as the operator does, and looks at what became of it. */
async function applied(resource: Resource, template: KubeObject): Promise<Settled> {
  const manifest = manifestOf(template)
  const answer = await client.apply(resource, await memberManifest(manifest, undefined, interpreter))
  const observed = frozen(projectManagedObject(answer))
  return { desired: await memberManifest(manifest, observed, interpreter), observed }
}

/** The same under another name: the first is perhaps not gone yet. A Namespace has its name in a label as well. */
function renamed(object: KubeObject): KubeObject {
  const { name } = object.metadata
  return frozen(JSON.parse(JSON.stringify(object).replaceAll(`"${name}"`, `"${name}-in-member"`)))
}

function templateOf(resource: Resource, fields: JsonObject): KubeObject {
  const name = `generated-${++made}`
  return frozen({
    apiVersion: formatApiVersion(resource),
    kind: resource.kind,
    metadata: { name, ...(resource.namespaced && { namespace: 'default' }), generation: 1 },
    ...fields,
  })
}

function manifestOf(template: KubeObject): KubeObject {
  const bindingKind = template.metadata.namespace === undefined ? CLUSTER_RESOURCE_BINDING : RESOURCE_BINDING
  const binding: Binding = {
    apiVersion: 'work.karmada.io/v1alpha2',
    kind: bindingKind.kind,
    metadata: { name: 'b', labels: { [bindingKind.permanentIdLabel]: 'b-id' } },
    spec: { resource: { apiVersion: template.apiVersion, kind: template.kind, name: template.metadata.name } },
  }
  const work = renderWork({ binding, bindingKind, template, manifest: template, cluster: 'a', newUid: () => 'w-id' })
  const { apiVersion, kind, metadata } = template
  return frozen({ apiVersion, kind, metadata, ...work.spec.workload?.manifests?.[0] })
}
