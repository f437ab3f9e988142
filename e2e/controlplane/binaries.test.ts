import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { binariesReady, cacheDirectory, cacheKey, ensureBinaries } from './binaries.ts'
import { silent } from './progress.ts'
import { BINARY_NAMES, RECIPES } from './recipes.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'binaries-'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function putProgram(path: string): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o755)
  return path
}

describe('cacheDirectory', () => {
  it.each([
    {
      name: 'FLOTILLA_CACHE comes first',
      env: { FLOTILLA_CACHE: '/f', XDG_CACHE_HOME: '/x' },
      want: '/f/controlplane',
    },
    { name: 'then XDG_CACHE_HOME', env: { XDG_CACHE_HOME: '/x' }, want: '/x/flotilla/controlplane' },
  ])('$name', ({ env, want }) => expect(dirname(cacheDirectory('etcd', env))).toBe(want))

  it('changes with the Go version', () => expect(cacheKey('etcd', 'go1.26.8')).not.toBe(cacheKey('etcd', 'go1.26.9')))
})

describe('ensureBinaries', () => {
  it('takes programs from KUBEBUILDER_ASSETS before those of the cache', async () => {
    const env = { FLOTILLA_CACHE: join(root, 'cache'), KUBEBUILDER_ASSETS: join(root, 'assets') }
    const assets = putProgram(join(env.KUBEBUILDER_ASSETS, 'etcd'))
    putProgram(join(cacheDirectory('etcd', env), 'etcd'))
    const cached = putProgram(join(cacheDirectory('kubernetes', env), 'kubectl'))
    const binaries = await ensureBinaries(['etcd', 'kubectl'], { env, reporter: silent })
    expect([binaries.path('etcd'), binaries.path('kubectl')]).toEqual([assets, cached])
    expect(() => binaries.path('helm')).toThrow('helm is not among')
  })

  it('is ready only when nothing is missing, kwok stages included', () => {
    const env = { FLOTILLA_CACHE: root }
    for (const name of BINARY_NAMES) putProgram(join(cacheDirectory(RECIPES[name].module, env), name))
    expect(binariesReady(env)).toBe(false)
    const stages = join(cacheDirectory('kwok', env), 'kwok-stages')
    for (const stage of ['node-initialize', 'node-heartbeat-with-lease', 'pod-ready', 'pod-complete', 'pod-delete']) {
      putProgram(join(stages, `${stage}.yaml`))
    }
    expect(binariesReady(env)).toBe(true)
  })
})
