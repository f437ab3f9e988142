/**
 * How Node runs the operator (docs/decisions/0014-ship-a-bundle.md has the figures): by default a burst lets the young generation
 * grow to 128 MiB, and it stays so. The image's entry point has the same (scripts/dockerfile.test.ts).
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=40']
