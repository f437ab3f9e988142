import type { ControlPlane } from '../controlplane/control-plane.ts'
import type { Fleet } from '../controlplane/fleet.ts'
import { fromRoot } from './place.ts'

/** What the binding says of each target, and why: the decision is kept with it. */
const TARGETS = `jsonpath={range .spec.clusters[*]}{.name}: {.replicas}{"\\n"}{end}`
const REASONS = String.raw`jsonpath={.metadata.annotations.flotilla\.dev/decision}`

const ON_HOST: readonly (readonly string[])[] = [
  ['get', 'clusters'],
  ['get', 'deployment', 'nginx'],
  // The host is an ordinary cluster: it would run them, if the template were not parked.
  ['get', 'pods', '-l', 'app=nginx'],
  ['get', 'rb', 'nginx-deployment'],
  ['get', 'rb', 'nginx-deployment', '-o', TARGETS],
  ['get', 'rb', 'nginx-deployment', '-o', REASONS],
]

/** @returns a command line that a shell splits into these words again. */
export function commandLine(words: readonly string[]): string {
  return words.map(word => (/^[\w./=:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ')
}

/** Runs what a user would run, on the host, then in each member, and gives commands and answers to `print`. */
export async function showOutcome(fleet: Fleet, print: (text: string) => void): Promise<void> {
  const setHost = `KUBECONFIG=${fromRoot(fleet.host.kubeconfigPath)}`
  print(`$ export ${commandLine([setHost])}`)
  for (const args of ON_HOST) await show(fleet.host, args, { prefix: '', print })
  for (const member of fleet.members) {
    const prefix = `KUBECONFIG=${commandLine([fromRoot(member.kubeconfigPath)])} `
    await show(member, ['get', 'pods', '-l', 'app=nginx'], { prefix, print })
  }
}

async function show(
  cluster: ControlPlane,
  args: readonly string[],
  { prefix, print }: { readonly prefix: string; readonly print: (text: string) => void },
): Promise<void> {
  print(`\n$ ${prefix}kubectl ${commandLine(args)}`)
  const answer = (await cluster.kubectl(args)).trimEnd()
  // kubectl says this on its standard error.
  print(answer === '' ? 'No resources found in default namespace.' : answer)
}
