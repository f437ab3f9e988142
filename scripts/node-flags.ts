/**
 * How Node runs the operator (docs/decisions/0014-ship-a-bundle.md has the figures): by default a burst lets the young generation
 * grow to 128 MiB, and it stays so; and what is left when all is done is collected by ourselves (src/runtime/rest.ts). The image's entry
 * point has the same (scripts/dockerfile.test.ts).
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=40', '--expose-gc']

/**
 * And in which environment: a host name that nobody answers keeps a thread of the pool busy for as long as the resolver tries, and
 * there are four by default (src/kube/shared-lookup.ts).
 */
export const NODE_ENVIRONMENT: Readonly<Record<string, string>> = { UV_THREADPOOL_SIZE: '16' }
