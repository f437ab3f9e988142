import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { RequestCount } from '../e2e/controlplane/request-counts.ts'
import { startFleet } from '../e2e/controlplane/start-fleet.ts'
import { joinMembers } from '../e2e/joining.ts'
import { startOperator } from '../e2e/operator.ts'
import { bundle } from '../scripts/bundle.ts'
import type { Client } from '../src/kube/client.ts'
import { serverConfigFromKubeconfig } from '../src/kube/kubeconfig.ts'
import { newClient } from '../src/kube/new-client.ts'
import type { ServerConfig } from '../src/kube/server-config.ts'
import { type ProcessUsage, readUsage } from './process-usage.ts'
import { readRequestCounts } from './request-page.ts'

/** A host, all of its members, and whoever serves them. */
export interface ClusterUnderTest {
  readonly host: Client
  readonly members: readonly Client[]
  readonly kubeconfigs: Kubeconfigs
  /** Answered by each server since it started. */
  requestCounts(): Promise<ServerCounts>
  /** undefined when nobody said which processes serve the host. */
  usage(): ProcessUsage | undefined
  /** Makes the last member ill; absent when the clusters are not ours. @returns heals it. */
  readonly ail?: (how: 'paused' | 'stopped') => Promise<() => Promise<void>>
  /** Ends the implementation, so that the clusters can be measured alone; absent when it is not ours. */
  readonly stopOperator?: () => Promise<void>
  /** Ends what was started. */
  stop(): Promise<void>
}

export interface ServerCounts {
  readonly host: readonly RequestCount[]
  readonly members: readonly (readonly RequestCount[])[]
}

/** Files. */
export interface Kubeconfigs {
  readonly host: string
  readonly members: readonly string[]
}

const MEMBERS = 3

/** Starts a host, three members and the operator as it is shipped (a bundle), and joins the members. */
export async function startClusters(): Promise<ClusterUnderTest> {
  const fleet = await startFleet({ members: MEMBERS })
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-bench-'))
  const stop = async (): Promise<void> => {
    await fleet.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const [program = ''] = await bundle(folder)
    const operator = await startOperator(fleet, { logFile: join(folder, 'operator.log'), bundle: program })
    await joinMembers(fleet)
    const pid = operator.process.identity?.pid
    const kubeconfigs = {
      host: fleet.host.kubeconfigPath,
      members: fleet.members.map(member => member.kubeconfigPath),
    }
    const opened = openClusters(kubeconfigs, pid === undefined ? [] : [pid])
    return {
      ...opened,
      stopOperator: () => operator.process.stop(),
      ail: async how => {
        const member = fleet.members.at(-1)
        await (how === 'paused' ? member?.pause('apiserver') : member?.stop('apiserver'))
        return async () => (how === 'paused' ? member?.resume('apiserver') : member?.start('apiserver'))
      },
      stop: async () => {
        await opened.stop()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * Connects to clusters that somebody else serves.
 *
 * @param pids the processes that serve them, when they run on this machine
 */
export function openClusters(kubeconfigs: Kubeconfigs, pids: readonly number[]): ClusterUnderTest {
  const hostConfig = readServerConfig(kubeconfigs.host, 'host')
  const memberConfigs = kubeconfigs.members.map((path, index) => readServerConfig(path, `member${index + 1}`))
  const host = newClient(hostConfig)
  const members = memberConfigs.map(config => newClient(config))
  return {
    host,
    members,
    kubeconfigs,
    requestCounts: async () => ({
      host: await readRequestCounts(hostConfig),
      members: await Promise.all(memberConfigs.map(readRequestCounts)),
    }),
    usage: () => (pids.length === 0 ? undefined : readUsage(pids)),
    stop: async () => {
      await Promise.all([host, ...members].map(client => client.close()))
    },
  }
}

/** @returns how to reach the server of a kubeconfig that the caller trusts. */
export function readServerConfig(path: string, name: string): ServerConfig {
  return serverConfigFromKubeconfig(readFileSync(path, 'utf8'), { name, trusted: true, directory: dirname(path) })
}
