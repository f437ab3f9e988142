import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

/** A server of users, in a thread of its own: what it costs the operator to ask is measured, and not what it costs to answer. */
const machines = (object: { readonly spec: { readonly machines: number } }): number => object.spec.machines

// biome-ignore lint/suspicious/noExplicitAny: the documents of the protocol, as the bench sends them.
const ANSWERS: Readonly<Record<string, (request: any) => object>> = {
  InterpretReplica: ({ object }) => ({
    replicas: machines(object),
    replicaRequirements: { resourceRequest: { cpu: '250m' } },
  }),
  ReviseReplica: ({ replicas }) => patch({ op: 'replace', path: '/spec/machines', value: replicas }),
  Retain: ({ observedObject }) => patch({ op: 'replace', path: '/spec/paused', value: observedObject.spec.paused }),
  InterpretStatus: ({ object }) => ({ rawStatus: { rendering: object.status.rendering } }),
  InterpretHealth: ({ object }) => ({ healthy: object.status.rendering === machines(object) }),
  AggregateStatus: () => patch({ op: 'replace', path: '/status/rendering', value: 3 }),
  InterpretDependency: ({ object }) => ({
    dependencies: [{ apiVersion: 'v1', kind: 'ConfigMap', namespace: object.metadata.namespace, name: 'settings' }],
  }),
}

function patch(operation: object): object {
  return { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify([operation])).toString('base64') }
}

const server = createServer(workerData, async (incoming, outgoing) => {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part)
  const { request } = JSON.parse(Buffer.concat(parts).toString())
  const response = { uid: request.uid, successful: true, ...ANSWERS[request.operation]?.(request) }
  outgoing.end(JSON.stringify({ response }))
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  parentPort?.postMessage(port)
})
