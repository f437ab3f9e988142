import { spawnSync } from 'node:child_process'
import { binariesReady } from './binaries.ts'
import type { FleetOptions } from './fleet.ts'

/** Where clusters come from: processes of this machine, or containers made by kind. */
export const PROVIDERS = ['local', 'kind'] as const

export type Provider = (typeof PROVIDERS)[number]

/** What the choice looks at. Costly looks are functions, asked only when they matter. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  /** Whether every program of the local provider is there already. */
  readonly binariesReady: () => boolean
  /** Whether the kind CLI is there and a container engine answers it. */
  readonly engineAnswers: () => boolean
}

/**
 * An explicit CLUSTER_PROVIDER; else local when its binaries are cached or KUBEBUILDER_ASSETS names them; else kind
 * when a container engine answers; else local, which compiles them.
 * @throws when CLUSTER_PROVIDER names no provider.
 */
export function chooseProvider({ env, binariesReady, engineAnswers }: Surroundings): Provider {
  const wanted = env['CLUSTER_PROVIDER']
  if (wanted) {
    const known = PROVIDERS.find(provider => provider === wanted)
    if (known === undefined) throw new Error(`CLUSTER_PROVIDER=${wanted}: there are ${PROVIDERS.join(' and ')}`)
    return known
  }
  if (env['KUBEBUILDER_ASSETS'] || binariesReady()) return 'local'
  return engineAnswers() ? 'kind' : 'local'
}

/** @returns the provider of this machine. */
export function currentProvider({ env = process.env }: Pick<FleetOptions, 'env'> = {}): Provider {
  return chooseProvider({ env, binariesReady: () => binariesReady(env), engineAnswers })
}

const ENGINE_MS = 10_000

function engineAnswers(): boolean {
  const answers = (command: string, ...args: string[]): boolean =>
    spawnSync(command, args, { stdio: 'ignore', timeout: ENGINE_MS }).status === 0
  return answers('kind', 'version') && (answers('docker', 'info') || answers('podman', 'info'))
}
