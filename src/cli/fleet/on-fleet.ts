import { type Command, Option } from 'commander'
import type { Client } from '../../kube/client.ts'
import { printable } from '../../object/printable.ts'
import type { ClusterFlags, Terminal } from '../terminal.ts'
import {
  askMembers,
  type MemberAnswer,
  type MemberFailure,
  type OpenFleet,
  type OpenMember,
  openMembers,
} from './open-members.ts'

/** What the host is called in a column of clusters; no Cluster can have that name. */
export const HOST_NAME = '(host)'

export type Scope = 'karmada' | 'members' | 'all'

/** Flags of every command that looks into members. */
export interface FleetCommandFlags {
  readonly clusters: readonly string[]
  readonly asMemberCredential: boolean
  readonly operationScope?: Scope
}

/** What a command asks. */
export interface AskedFleet {
  readonly host: Client
  readonly fleet: OpenFleet
  /** Members, and the host where the scope has it. */
  readonly sources: readonly OpenMember[]
  readonly signal: AbortSignal
  /** Asks every source at once; tells on standard error who did not answer, and gives the others. */
  ask<T>(question: (source: OpenMember) => Promise<T>): Promise<readonly Answered<T>[]>
  /** Tells what a cluster did not give; the exit code says so, too. */
  fail(failure: MemberFailure): void
}

export interface Answered<T> {
  readonly cluster: string
  readonly answer: T
}

function names(value: string, before: readonly string[]): readonly string[] {
  return [...before, ...value.split(',').filter(name => name !== '')]
}

/** Adds the flags that say which members are asked, and as whom. */
export function aboutFleet(command: Command): Command {
  return command
    .option('-C, --clusters <names>', 'members, by commas; default: all', names, [])
    .addOption(new Option('--cluster <name>', 'the same').argParser(names).default([]).hideHelp())
    .option('--as-member-credential', "ask with the rights of each member's credential instead of your own", false)
}

/** The same, where the host can be asked as well. */
export function aboutFleetAndHost(command: Command): Command {
  return aboutFleet(command).addOption(
    new Option('--operation-scope <scope>', 'whom to ask: the host (karmada), members, or all')
      .choices(['karmada', 'members', 'all'])
      .default('members'),
  )
}

/**
 * Runs against the members that flags name, with the user's rights.
 *
 * @returns the exit code: what `run` gives, or 1 when a cluster failed.
 */
export function onFleet(
  { program, terminal }: { readonly program: Command; readonly terminal: Terminal },
  flags: FleetCommandFlags & { readonly cluster?: readonly string[] },
  run: (asked: AskedFleet) => Promise<number>,
): Promise<number> {
  return terminal.onCluster(program.opts<ClusterFlags>(), async (host, signal) => {
    const scope = flags.operationScope ?? 'members'
    const clusters = [...flags.clusters, ...(flags.cluster ?? [])]
    const fleet = scope === 'karmada' ? NO_MEMBERS : await openMembers(host, { ...flags, clusters }, signal)
    let failed = false
    const fail = ({ cluster, message }: MemberFailure): void => {
      failed = true
      terminal.warn(`${printable(`${cluster}: ${message}`)}\n`)
    }
    try {
      for (const failure of fleet.failures) fail(failure)
      const sources = scope === 'members' ? fleet.members : [hostSource(host), ...fleet.members]
      const ask = async <T>(question: (source: OpenMember) => Promise<T>): Promise<readonly Answered<T>[]> =>
        told(await askMembers({ members: sources, identity: fleet.identity }, question), fail)
      const code = await run({ host, fleet, sources, signal, ask, fail })
      return failed ? Math.max(code, 1) : code
    } finally {
      await fleet.close()
    }
  })
}

const NO_MEMBERS: OpenFleet = { members: [], failures: [], identity: undefined, close: async () => {} }

/** The host answers with its own client: nobody else is to be taken for. */
function hostSource(client: Client): OpenMember {
  return { name: HOST_NAME, client, config: { name: HOST_NAME, server: '' } }
}

function told<T>(answers: readonly MemberAnswer<T>[], fail: (failure: MemberFailure) => void): readonly Answered<T>[] {
  return answers.filter((each): each is Answered<T> => {
    if ('answer' in each) return true
    fail(each)
    return false
  })
}
