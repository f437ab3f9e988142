import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ControlPlane } from '../e2e/controlplane/control-plane.ts'
import { startFaultProxy } from '../e2e/controlplane/fault-proxy.ts'
import type { HostKind } from '../e2e/controlplane/fleet.ts'
import { renderKubeconfig } from '../e2e/controlplane/kubeconfig.ts'
import type { RequestCount } from '../e2e/controlplane/request-counts.ts'
import { startFleet } from '../e2e/controlplane/start-fleet.ts'
import { joinMembers } from '../e2e/joining.ts'
import { startOperator } from '../e2e/operator.ts'
import { bundle } from '../scripts/bundle.ts'
import type { Client } from '../src/kube/client.ts'
import { serverConfigFromKubeconfig } from '../src/kube/kubeconfig.ts'
import { newClient } from '../src/kube/new-client.ts'
import type { ServerConfig } from '../src/kube/server-config.ts'
import { type OperatorUnderTest, ownOperator, profilingOptions } from './operator-under-test.ts'
import { type ProcessUsage, readUsage } from './process-usage.ts'
import { readServerPage } from './request-page.ts'

/** A host, all of its members, and whoever serves them. */
export interface ClusterUnderTest {
  readonly host: Client
  readonly members: readonly Client[]
  readonly kubeconfigs: Kubeconfigs
  /** Answered by each server since it started. */
  requestCounts(): Promise<ServerCounts>
  /** Whoever serves them; absent when nobody said. */
  readonly operator?: OperatorUnderTest
  /** Of its processes; undefined when nobody said which they are. */
  usage(): ProcessUsage | undefined
  /** Makes the last member ill; absent unless they were started for that. @returns heals it. */
  readonly ail?: (how: Ailment) => Promise<() => Promise<void>>
  /** Ends what was started. */
  stop(): Promise<void>
}

/** What may befall a member: its apiserver is stopped by a signal, or ended; it answers 500 to everything, or nothing at all. */
export const AILMENTS = ['paused', 'stopped', 'failing', 'silent'] as const
export type Ailment = (typeof AILMENTS)[number]

export interface ServerCounts {
  readonly host: readonly RequestCount[]
  readonly members: readonly (readonly RequestCount[])[]
  /** Of the host's apiserver. */
  readonly hostCpuSeconds: number
}

/** Files. */
export interface Kubeconfigs {
  readonly host: string
  readonly members: readonly string[]
}

const MEMBERS = 3

export interface StartOptions {
  readonly ailing?: boolean
  readonly host?: HostKind
  /** Default false; true: the operator can be profiled. */
  readonly profile?: boolean
}

/**
 * Starts a host, three members and the operator as it is shipped (a bundle), and joins the members.
 *
 * @param options.ailing the last member is to be made ill: the operator reaches it through a proxy that can fail
 */
export async function startClusters(options: StartOptions = {}): Promise<ClusterUnderTest> {
  const { ailing = false, host = 'dedicated', profile = false } = options
  const fleet = await startFleet({ host, members: MEMBERS })
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-bench-'))
  const stop = async (): Promise<void> => {
    await fleet.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const [program = ''] = await bundle(folder)
    const logFile = join(folder, 'operator.log')
    const running = await startOperator(fleet, { logFile, bundle: program, ...(profile && profilingOptions(folder)) })
    const sickbed = ailing ? await startSickbed(fleet.members.at(-1)) : undefined
    await joinMembers(fleet, [
      ...fleet.members.slice(0, sickbed ? -1 : undefined),
      ...(sickbed ? [sickbed.member] : []),
    ])
    const kubeconfigs = {
      host: fleet.host.kubeconfigPath,
      members: fleet.members.map(member => member.kubeconfigPath),
    }
    const opened = openClusters(kubeconfigs, ownOperator({ running, folder, profile }))
    return {
      ...opened,
      ...(sickbed && { ail: sickbed.ail }),
      stop: async () => {
        await opened.stop()
        await sickbed?.stop()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Puts a member behind a proxy, from where it can be made ill. */
async function startSickbed(member: ControlPlane | undefined) {
  if (member === undefined) throw new Error('there is no member')
  const proxy = await startFaultProxy(member.endpoint)
  const ail = async (how: Ailment): Promise<() => Promise<void>> => {
    if (how === 'paused') await member.pause('apiserver')
    else if (how === 'stopped') await Promise.all([member.stop('apiserver'), proxy.become('refusing')])
    else await proxy.become(how)
    return async () => {
      if (how === 'paused') await member.resume('apiserver')
      if (how === 'stopped') await member.start('apiserver')
      if (how !== 'paused') await proxy.become('none')
    }
  }
  return {
    member: { name: member.name, kubeconfig: renderKubeconfig(member.name, proxy.endpoint) },
    ail,
    stop: () => proxy.stop(),
  }
}

/**
 * Connects to clusters that somebody else serves.
 *
 * @param operator who serves them, when it runs on this machine
 */
export function openClusters(kubeconfigs: Kubeconfigs, operator?: OperatorUnderTest): ClusterUnderTest {
  const hostConfig = readServerConfig(kubeconfigs.host, 'host')
  const memberConfigs = kubeconfigs.members.map((path, index) => readServerConfig(path, `member${index + 1}`))
  const host = newClient(hostConfig)
  const members = memberConfigs.map(config => newClient(config))
  return {
    host,
    members,
    kubeconfigs,
    requestCounts: async () => {
      const ofHost = await readServerPage(hostConfig)
      const ofMembers = await Promise.all(memberConfigs.map(readServerPage))
      return {
        host: ofHost.requests,
        members: ofMembers.map(({ requests }) => requests),
        hostCpuSeconds: ofHost.cpuSeconds,
      }
    },
    usage: () => (operator === undefined ? undefined : readUsage(operator.pids())),
    ...(operator && { operator }),
    stop: async () => {
      await Promise.all([host, ...members].map(client => client.close()))
    },
  }
}

/** @returns how to reach the server of a kubeconfig that the caller trusts. */
export function readServerConfig(path: string, name: string): ServerConfig {
  return serverConfigFromKubeconfig(readFileSync(path, 'utf8'), { name, trusted: true, directory: dirname(path) })
}
