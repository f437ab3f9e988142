import type { Command } from 'commander'
import type { HostRule } from '../api/host-rule.ts'
import type { Client } from '../kube/client.ts'
import { newClient } from '../kube/new-client.ts'
import type { ServerConfig } from '../kube/server-config.ts'
import { readUserKubeconfig, readUserNamespace } from '../kube/user-kubeconfig.ts'
import { printableLines } from '../object/printable.ts'
import type { Clock } from '../runtime/clock.ts'
import type { ExpectedAdmission } from './doctor/examine.ts'

/** Everything that a command asks is answered within this, or it says so. In milliseconds. */
const REQUEST_LIMIT_MS = 15_000

/** What the process gives to commands: the only way in which they touch it. */
export interface Surroundings {
  readonly clock: Clock
  readonly env: { readonly [variable: string]: string | undefined }
  /** The user's home directory. */
  readonly home: string
  readonly write: (text: string) => void
  /** For what is no result: progress, warnings. */
  readonly warn: (text: string) => void
  /** Whether somebody sees what `write` writes; then colours and progress are of use. */
  readonly isTerminal: boolean
  readonly input: NodeJS.ReadableStream
  /** For the output of a command in a container, which may be anything. */
  readonly writeBytes: (bytes: Uint8Array) => void
  readonly warnBytes: (bytes: Uint8Array) => void
  /** The user's own terminal; absent where input or output is none. */
  readonly screen?: Screen
  readonly setExitCode: (code: number) => void
  /** Keeps the process alive until what it returns is called: connections and timers of ours do not. */
  readonly keepAlive: () => () => void
  /** Calls back when the user interrupts (Ctrl-C). */
  readonly onInterrupt: (run: () => void) => void
  readonly expectedAdmission: ExpectedAdmission
  /** What the operator does on the host. */
  readonly operatorRules: () => Promise<readonly HostRule[]>
}

/** A terminal with somebody in front of it. */
export interface Screen {
  /** Keys go to the program as they are pressed, Ctrl-C as well. */
  setRaw(raw: boolean): void
  size(): { readonly columns: number; readonly rows: number }
  onResize(run: () => void): void
}

/** Which cluster, as kubectl's flags say it: every command has them (`program.opts()`). */
export interface ClusterFlags {
  readonly kubeconfig?: string
  readonly context?: string
}

/** What a command works with: the surroundings, and clusters to ask. What it writes and warns is made printable. */
export interface Terminal extends Surroundings {
  /** For what has colours or is to arrive byte by byte: whoever calls has made the rest printable. */
  readonly writeAsIs: (text: string) => void
  /** The namespace of these flags' context; without one, `default`. @throws KubeconfigError */
  namespaceOf(flags: ClusterFlags): string
  /** Runs against the cluster of these flags, and closes its connection at the end. `signal` ends with Ctrl-C. */
  onCluster<T>(flags: ClusterFlags, run: (client: Client, signal: AbortSignal) => Promise<T>): Promise<T>
  /** How to reach the cluster of these flags. Holds credentials. @throws KubeconfigError */
  serverOf(flags: ClusterFlags): Promise<ServerConfig>
  /** The same as `onCluster` for a server that is known already. */
  onServer<T>(server: ServerConfig, run: (client: Client, signal: AbortSignal) => Promise<T>): Promise<T>
}

/** A command defines itself: name, options, and an action that ends in `terminal.setExitCode`. */
export type DefineCommand = (program: Command, terminal: Terminal) => void

/** @returns the terminal of this process. */
export function newTerminal(surroundings: Surroundings): Terminal {
  const { env, home, keepAlive, onInterrupt, write, warn } = surroundings
  const optionsOf = ({ kubeconfig, context }: ClusterFlags) => ({
    ...(kubeconfig !== undefined && { file: kubeconfig }),
    ...(context !== undefined && { context }),
    env,
    home,
  })
  const serverOf: Terminal['serverOf'] = flags => readUserKubeconfig(optionsOf(flags))
  const onServer: Terminal['onServer'] = async (server, run) => {
    const client = newClient(server, { limits: { timeoutMs: REQUEST_LIMIT_MS, maxRetries: 1 } })
    const interrupted = new AbortController()
    onInterrupt(() => interrupted.abort(new Error('interrupted')))
    const release = keepAlive()
    try {
      return await run(client, interrupted.signal)
    } finally {
      release()
      await client.close()
    }
  }
  return {
    ...surroundings,
    write: text => write(printableLines(text)),
    warn: text => warn(printableLines(text)),
    writeAsIs: write,
    namespaceOf: flags => readUserNamespace(optionsOf(flags)),
    serverOf,
    onServer,
    onCluster: async (flags, run) => onServer(await serverOf(flags), run),
  }
}
