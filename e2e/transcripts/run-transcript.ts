import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../../scripts/bundle.ts'
import { API_VERSION } from '../../src/api/generated/crds.ts'
import { ensureBinaries } from '../controlplane/binaries.ts'
import type { TestFleet } from '../test-fleet.ts'
import { normalise, type Replacement } from './normalise.ts'
import { type Answer, formatStep, parseTranscript } from './transcript.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const COMMAND_LIMIT_MS = 180_000

/** What a transcript may use besides `flotilla` and `kubectl`. */
const PRELUDE = `
# Repeats a command until it succeeds, and says what it said last.
eventually() {
  local said code=1 left=240
  while [ $left -gt 0 ]; do
    said=$("$@" 2>&1) && code=0 && break
    left=$((left - 1)); sleep 0.5
  done
  [ -z "$said" ] || printf '%s\\n' "$said"
  return $code
}
`

export interface TranscriptOptions {
  /** More that differs from run to run. */
  readonly replacements?: readonly Replacement[]
}

/** The directory in which commands run: kubeconfigs by name (\`host.kubeconfig\`, \`member1.kubeconfig\`), and programs. */
export type Place = string

/** Makes the place for transcripts of a fleet. KUBECONFIG of its commands is that of the host. */
export async function makePlace(fleet: TestFleet): Promise<Place> {
  const place = join(fleet.logs, 'transcripts')
  rmSync(place, { recursive: true, force: true })
  mkdirSync(join(place, 'bin'), { recursive: true })
  const binaries = await ensureBinaries(['kubectl'])
  program(place, 'kubectl', `exec '${binaries.path('kubectl')}' "$@"`)
  // What ships: it also starts in half the time.
  const [, cli = ''] = await bundle(join(place, 'dist'))
  program(place, 'flotilla', `exec '${process.execPath}' '${cli}' "$@"`)
  for (const cluster of [fleet.host, ...fleet.members]) {
    writeFileSync(join(place, `${cluster.name}.kubeconfig`), cluster.kubeconfig, { mode: 0o600 })
  }
  return place
}

function program(place: Place, name: string, script: string): void {
  const path = join(place, 'bin', name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

/**
 * Runs the commands of a transcript one after the other.
 *
 * @param file in this folder. With UPDATE_TRANSCRIPTS set, it is written anew.
 * @returns what the file says, and what it should.
 */
export async function runTranscript(
  place: Place,
  file: string,
  { replacements = [] }: TranscriptOptions = {},
): Promise<{ readonly written: string; readonly seen: string }> {
  const path = join(ROOT, 'e2e', 'transcripts', file)
  const written = readFileSync(path, 'utf8')
  const own: readonly Replacement[] = [
    [new RegExp(`${place}/?`, 'g'), ''],
    [new RegExp(`\\b${API_VERSION.replaceAll('.', '\\.')}\\b`, 'g'), '<release>'],
  ]
  const tidy = (text: string): string => normalise(text, [...replacements, ...own])
  let seen = ''
  for (const part of parseTranscript(written)) {
    if (part.type === 'text') seen += `${part.text}\n`
    else {
      const answer = await answerOf(place, part.command)
      seen += formatStep(part.command, { ...answer, stdout: tidy(answer.stdout), stderr: tidy(answer.stderr) })
    }
  }
  if (process.env['UPDATE_TRANSCRIPTS'] === undefined) return { written, seen }
  writeFileSync(path, seen)
  return { written: seen, seen }
}

function answerOf(place: Place, command: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', `${PRELUDE}\n${command}`], {
      cwd: place,
      timeout: COMMAND_LIMIT_MS,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: `${join(place, 'bin')}:${process.env['PATH'] ?? ''}`,
        HOME: place,
        KUBECONFIG: join(place, 'host.kubeconfig'),
      },
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', reject)
    child.on('close', code => resolve({ exitCode: code ?? -1, stdout, stderr }))
  })
}
