#!/usr/bin/env node
// Starts the command line. Plain JavaScript, since somebody may come with a Node that reads no TypeScript: then the one
// that npm has installed takes over.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
const SIGNALLED = 1
const pathOf = path => fileURLToPath(new URL(`../${path}`, import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  const source = pathOf('src/kubectl-flotilla.ts')
  await import(existsSync(source) ? source : pathOf('dist/kubectl-flotilla.mjs'))
} else {
  const installed = pathOf('node_modules/.bin/node')
  if (!existsSync(installed)) await import('../scripts/require-node.mjs')
  const { status } = spawnSync(installed, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  process.exitCode = status ?? SIGNALLED
}
