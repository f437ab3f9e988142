import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse, stringify } from 'yaml'
import { NODE_ENVIRONMENT, NODE_FLAGS } from '../scripts/node-flags.ts'
import { isJsonObject } from '../src/object/raw-json.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { freePort } from './controlplane/ports.ts'
import type { SupervisedProcess } from './controlplane/supervisor.ts'
import { noteSecret } from './secrecy/canaries.ts'
import type { TestFleet } from './test-fleet.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const AGENT = { namespace: 'flotilla-system', serviceAccount: 'flotilla-agent' }

/** Runs `flotilla` with an administrator's kubeconfig of a cluster. @returns what it printed. @throws with what it said. */
export async function flotilla(
  cluster: Pick<ControlPlane, 'kubeconfigPath'>,
  args: readonly string[],
): Promise<string> {
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfigPath }
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'bin', 'flotilla.mjs'), ...args], { env })
  return stdout
}

/** Registers a member with a join token, as a user does. @param server by which the member reaches the host. */
export async function registerMember(
  fleet: Pick<TestFleet, 'host'>,
  member: ControlPlane,
  {
    server = fleet.host.endpoint,
    flags = [],
  }: { server?: { url: string; ca: string }; flags?: readonly string[] } = {},
): Promise<void> {
  const ca = `${member.kubeconfigPath}.host-ca.pem`
  writeFileSync(ca, server.ca)
  const create = ['token', 'create', member.name, '--server', server.url, '--ca-file', ca]
  const ticket = (await flotilla(fleet.host, create)).trim()
  noteSecret(`the join token of ${member.name}`, ticket)
  await flotilla(member, ['register', member.name, '--token', ticket, ...flags])
}

/**
 * Starts the agent of a registered member as its Pod would run: with the settings and the ServiceAccount that `register` has
 * made in the member, and no other way to the host than the Secret there.
 */
export async function startAgentProcess(
  fleet: Pick<TestFleet, 'run' | 'logs'>,
  member: ControlPlane,
  configuration: object = {},
): Promise<SupervisedProcess> {
  const [{ path }, port] = await Promise.all([member.kubeconfigFor(AGENT), freePort()])
  const text = await member.kubectl([
    ...['get', 'configmap', AGENT.serviceAccount, '--namespace', AGENT.namespace],
    '--output=jsonpath={.data.config\\.yaml}',
  ])
  const settings: unknown = parse(text)
  const config = join(fleet.logs, `agent-${member.name}.yaml`)
  writeFileSync(config, stringify(withSettings(settings, configuration)))
  const flags = ['--config', config, '--kubeconfig', path, '--bind-address', `127.0.0.1:${port}`]
  const agent = fleet.run({
    name: `agent-${member.name}`,
    command: process.execPath,
    args: [...NODE_FLAGS, join(ROOT, 'src', 'main.ts'), ...flags],
    env: { ...NODE_ENVIRONMENT, KUBECONFIG: path, FORCE_COLOR: '0' },
    logFile: join(fleet.logs, `agent-${member.name}.log`),
  })
  agent.start()
  return agent
}

function withSettings(base: unknown, more: object): object {
  const known = isJsonObject(base) ? base : {}
  const merged = Object.entries(more).map(([name, value]) => {
    const before = known[name]
    return [name, isJsonObject(before) && isJsonObject(value) ? { ...before, ...value } : value]
  })
  return { ...known, ...Object.fromEntries(merged) }
}
