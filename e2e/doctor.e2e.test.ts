import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { installChart, OPERATOR_NAMESPACE } from './chart.ts'
import { apply } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import type { Fleet, FleetOptions } from './controlplane/fleet.ts'
import { startFleet } from './controlplane/start-fleet.ts'
import { waitFor } from './controlplane/wait.ts'
import { type RunningOperator, startOperator } from './operator.ts'
import { endFleet } from './secrecy/sweep-fleet.ts'
import { useFleet } from './test-fleet.ts'

// `npx flotilla doctor` on every sort of host. Runs the launcher that npx and kubectl start, as a process.

jest.setTimeout(300_000)

const LAUNCHER = fileURLToPath(new URL('../bin/flotilla.mjs', import.meta.url))
const START_MS = 600_000

interface Answer {
  readonly code: number | null
  readonly text: string
}

function doctor(kubeconfig: string, ...args: readonly string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [LAUNCHER, '--kubeconfig', kubeconfig, 'doctor', ...args])
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.on('error', reject)
    child.on('close', code => resolve({ code, text: normalise(text) }))
  })
}

/** What differs from run to run. */
function normalise(text: string): string {
  return text
    .replaceAll(/[\w.-]+_[0-9a-f]{16} /g, '<pod> ')
    .replaceAll(/\d+ s ago/g, '<n> s ago')
    .replaceAll(/v1\.\d+\.\d+/g, '<version>')
    .replaceAll(/\d+\.\d+\.\d+\.$/gm, '<release>.')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<address>')
}

/** Waits until the doctor says all of some texts at once. */
function says(host: ControlPlane, ...texts: readonly string[]): Promise<Answer> {
  return waitFor(
    async () => {
      const answer = await doctor(host.kubeconfigPath)
      return texts.every(text => answer.text.includes(text)) ? answer : undefined
    },
    { until: `the doctor says: ${texts.join(', ')}`, timeoutMs: 120_000, everyMs: 500 },
  )
}

function karmadaLease(renewTime: Date): object {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'karmada-controller-manager', namespace: 'karmada-system' },
    spec: {
      holderIdentity: 'karmada-controller-manager-0',
      leaseDurationSeconds: 15,
      renewTime: renewTime.toISOString().replace('Z', '000Z'),
    },
  }
}

describe('a dedicated host', () => {
  const fleet = useFleet({ members: 2 })

  it('where all is well', async () => {
    const { code, text } = await says(fleet.host, '2 of 2 are ready', 'No problems.')
    expect(text).toMatch(/^Host {8}ok {10}dedicated, Kubernetes <version>\n {24}No controller of workloads runs here/)
    expect(text).toContain('-> Templates stay as they were written')
    expect(text).toContain(
      'Operator    ok          <pod> leads: it holds the Lease flotilla-system/flotilla, renewed <n> s ago.\n',
    )
    expect(text).toMatch(/\nAPI {9}ok {10}\d+ CRDs are served, of version <release>\.\n/)
    expect(text).toMatch(/\nAdmission {3}ok {10}All \d+ admission policies and bindings are there\.\n/)
    expect(text).toMatch(/\n\nNAME {5}READY {2}CONNECTED {2}VERSION {2}CAUSE\nmember1 {2}True {3}True/)
    expect(text).toMatch(/\n\nNo problems\.\n$/)
    expect(code).toBe(0)
  })

  it('the same as JSON', async () => {
    const { code, text } = await doctor(fleet.host.kubeconfigPath, '-o', 'json')
    expect(JSON.parse(text)).toMatchObject({
      healthy: true,
      host: { kind: 'dedicated', level: 'ok' },
      operator: { level: 'ok' },
      members: {
        clusters: [
          { name: 'member1', ready: 'True' },
          { name: 'member2', ready: 'True' },
        ],
      },
    })
    expect(code).toBe(0)
  })

  it('tells what the rights of the user do not reach', async () => {
    const { path } = await fleet.host.kubeconfigFor({ serviceAccount: 'visitor', namespace: 'default' })
    const { code, text } = await doctor(path)
    expect(text).toContain('not read    Nodes: nodes is forbidden')
    expect(text).toMatch(/Operator {4}not read {4}Lease flotilla-system\/flotilla: .*forbidden/)
    expect(text).toMatch(/that your rights do not reach\.\n$/)
    expect(code).toBe(0)
  })

  it('tells why a member is not ready', async () => {
    const member = fleet.member('member2')
    await member.stop('apiserver')
    // An apiserver that ends is told of otherwise before nobody listens any more.
    const { code, text } = await says(fleet.host, '1 of 2 are ready', 'ConnectionRefused: ')
    expect(text).toMatch(/Members {5}PROBLEM {5}1 of 2 are ready\./)
    expect(text).toMatch(/\nmember2 {2}\S+ +False +<version> +ConnectionRefused: /)
    expect(text).toMatch(/\n1 problem\.\n$/)
    expect(code).toBe(1)
    await member.start('apiserver')
  })

  describe('with a Karmada', () => {
    let renewing: NodeJS.Timeout
    let pending: Promise<void> = Promise.resolve()

    beforeAll(async () => {
      await fleet.operator.process.stop()
      await apply(fleet.host, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'karmada-system' } })
      await apply(fleet.host, karmadaLease(new Date()))
      renewing = setInterval(() => {
        pending = pending.then(() => apply(fleet.host, karmadaLease(new Date()))).catch(() => undefined)
      }, 3_000)
    })

    afterAll(async () => {
      clearInterval(renewing)
      await pending
    })

    it('is a problem, and the operator is gone', async () => {
      const { code, text } = await doctor(fleet.host.kubeconfigPath)
      expect(text).toMatch(/^Host {8}PROBLEM {5}karmada, Kubernetes <version>\n/)
      expect(text).toContain(
        'karmada-controller-manager-0 holds the Lease karmada-system/karmada-controller-manager, renewed',
      )
      expect(text).toContain('-> Stop karmada-controller-manager where it runs')
      expect(text).toContain('Operator    PROBLEM     Nobody holds the Lease flotilla-system/flotilla')
      expect(code).toBe(1)
    })

    it('the operator does not start there: it says why, ends, and leaves its lease', async () => {
      const second = await fleet.startOperator('refused', { wait: false })
      await waitFor(async () => (second.process.running ? undefined : true), {
        until: 'the operator has ended',
        timeoutMs: 120_000,
      })
      const log = readFileSync(join(fleet.logs, 'refused.log'), 'utf8')
      expect(log).toContain('KarmadaRuns')
      expect(log).toContain('karmada-controller-manager-0 holds the Lease karmada-system/karmada-controller-manager')
      expect(log).toContain('the lease was released')
      const holder = ['get', 'lease', 'flotilla', '-n', OPERATOR_NAMESPACE, '-o', 'jsonpath={.spec.holderIdentity}']
      expect(await fleet.host.kubectl(holder)).toBe('')
    })
  })
})

describe.each<{
  name: string
  host: NonNullable<FleetOptions['host']>
  level: string
  kind: string
  says: readonly string[]
  /** Of the chart. */
  values?: object
  parking: string
}>([
  {
    name: 'an ordinary host',
    host: 'ordinary',
    level: 'ok     ',
    kind: 'ordinary',
    says: ['ServiceAccounts deployment-controller, ', '-> Templates that a policy selects are parked by the apiserver'],
    values: { parking: { policies: 'chart' } },
    parking: 'ok          The apiserver parks templates. All admission policies that park are there',
  },
  {
    name: 'an ordinary host without the policy API',
    host: {
      kind: 'ordinary',
      apiserverFlags: [
        '--runtime-config=admissionregistration.k8s.io/v1/mutatingadmissionpolicies=false,admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings=false',
        '--disable-admission-plugins=MutatingAdmissionPolicy',
      ],
    },
    level: 'warning',
    kind: 'ordinary-without-policies',
    says: ['it is switched off', '-> The operator parks a template itself, right after a policy claimed it.'],
    parking: 'warning     The operator parks templates itself. The apiserver does not serve MutatingAdmissionPolicy.',
  },
])('$name', ({ host, level, kind, says: wanted, values = {}, parking }) => {
  const logs = mkdtempSync(join(tmpdir(), 'flotilla-doctor-'))
  const operators: RunningOperator[] = []
  let fleet: Fleet

  beforeAll(async () => {
    fleet = await startFleet({ host, members: 0, nodes: { count: 1 } })
  }, START_MS)

  afterAll(() => endFleet(fleet, { logs, operators }), 60_000)

  it('is told, before anything is installed', async () => {
    const { code, text } = await says(fleet.host, 'ServiceAccounts deployment-controller, ')
    expect(text).toMatch(new RegExp(`^Host {8}${level} {5}${kind}, Kubernetes <version>\\n`))
    for (const sentence of wanted) expect(text).toContain(sentence)
    expect(text).toMatch(/API {9}PROBLEM {5}\d+ of \d+ CRDs are missing/)
    expect(text).toContain('Members     PROBLEM     The kind Cluster is not served')
    expect(code).toBe(1)
  })

  it('has no problem once the operator runs', async () => {
    const logFile = join(logs, `${kind}.log`)
    operators.push(await startOperator(fleet, { logFile, values }))
    await says(fleet.host, `Parking     ${parking}`)
    const { code, text } = await says(fleet.host, 'No problems')
    expect(text).toMatch(/\nAdmission {3}ok {10}All \d+ admission policies and bindings are there\.\n/)
    expect(code).toBe(0)
    const told = readFileSync(logFile, 'utf8')
      .split('\n')
      .find(line => line.includes('this is the host'))
    expect(told).toContain(`"kind":"${kind}"`)
  })

  if (!('parking' in values)) return

  it('misses a policy that the chart brings, until Helm puts it back', async () => {
    await fleet.host.kubectl(['delete', 'mutatingadmissionpolicy/flotilla-parking'])
    const missing = 'these are missing: MutatingAdmissionPolicy flotilla-parking.'
    const { code, text } = await says(fleet.host, missing)
    expect(text).toMatch(/\nParking {5}warning {5}The operator parks templates itself\. /)
    expect(text).toContain('-> The operator parks a template itself, right after a policy claimed it.')
    expect(text).toContain('Admission   PROBLEM     Missing: MutatingAdmissionPolicy flotilla-parking.')
    expect(code).toBe(1)
    await installChart(fleet.host, { ...values, config: {} })
    await says(fleet.host, `Parking     ${parking}`)
  })
})
