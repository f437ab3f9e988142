import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { NODE_ENVIRONMENT, NODE_FLAGS } from './node-flags.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const manifest: { readonly version: string; readonly optionalDependencies: Readonly<Record<string, string>> } =
  JSON.parse(read('package.json'))

/** Instructions with their arguments, comments and line breaks taken out, by stage. */
function stagesOf(dockerfile: string): readonly (readonly string[])[] {
  const lines = dockerfile
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
  const starts = lines.flatMap((line, index) => (line.startsWith('FROM ') ? [index] : []))
  return starts.map((start, stage) => lines.slice(start, starts[stage + 1]))
}

const dockerfile = read('Dockerfile')
const stages = stagesOf(dockerfile)
const final = stages.at(-1) ?? []

/** What the context must hold: the sources of every COPY that is not from another stage. */
const copied = stages
  .flat()
  .filter(line => line.startsWith('COPY ') && !line.includes('--from='))
  .flatMap(line => line.split(/\s+/).slice(1, -1))

describe('Dockerfile', () => {
  it('builds with the Node that tests run on, and ships that one', () => {
    expect([...new Set(Object.values(manifest.optionalDependencies))]).toHaveLength(1)
    const [version = ''] = Object.values(manifest.optionalDependencies)
    expect(dockerfile).toContain(`\nARG BUILD_IMAGE=docker.io/library/node:${version}-bookworm-slim\n`)
    expect(stages[0]).toContain('RUN strip -o /node /usr/local/bin/node')
    expect(final).toContain('COPY --from=build /node /usr/local/bin/node')
  })

  it('lets whoever builds it replace both bases', () => {
    for (const [from] of stages) expect(from).toMatch(/^FROM \$\{(BUILD|RUNTIME)_IMAGE\}/)
    for (const name of ['BUILD_IMAGE', 'RUNTIME_IMAGE'])
      expect(dockerfile).toMatch(new RegExp(`^ARG ${name}=\\S+$`, 'm'))
  })

  it('starts the bundle with the flags that tests and bench use', () => {
    const entry = final.find(line => line.startsWith('ENTRYPOINT '))?.replace('ENTRYPOINT ', '') ?? '[]'
    expect(JSON.parse(entry)).toEqual(['/usr/local/bin/node', ...NODE_FLAGS, '/app/main.mjs'])
  })

  it('writes no dump of its memory, and no report with its environment, wherever it ends', () => {
    const started = [...final, ...NODE_FLAGS, ...Object.keys(NODE_ENVIRONMENT)].join(' ')
    expect(started).not.toMatch(
      /--report|--heapsnapshot|--heap-prof|--cpu-prof|--abort-on|--inspect|NODE_OPTIONS|NODE_REPORT/,
    )
  })

  it('in the environment that tests and bench use', () => {
    const variables = final.filter(line => line.startsWith('ENV ')).map(line => line.replace('ENV ', '').split('='))
    expect(Object.fromEntries(variables)).toEqual(NODE_ENVIRONMENT)
  })

  it('runs as a numbered user who is not root, as runAsNonRoot asks for', () => {
    const [user = ''] = final.filter(line => line.startsWith('USER ')).map(line => line.replace('USER ', ''))
    expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  })

  it.each(copied)('copies %s, which is there and not ignored', path => {
    expect(existsSync(join(root, path))).toBe(true)
    const ignore = read('.dockerignore').split('\n')
    expect(ignore[1]).toBe('*')
    expect(ignore).toContain(`!${path}`)
  })
})

describe('Chart.yaml', () => {
  it('has the version of the release', () => {
    const chart = parse(read('charts/flotilla/Chart.yaml'))
    expect([chart.version, chart.appVersion]).toEqual([manifest.version, manifest.version])
  })
})
