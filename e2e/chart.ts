import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { stringAt } from '../src/object/field.ts'
import type { ControlPlane, Kubeconfig } from './controlplane/control-plane.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const CHART = join(ROOT, 'charts', 'flotilla')
/** What the chart's own values do not fit: the operator runs as a process, not as a Pod. */
export const OPERATOR_VALUES = join(ROOT, 'e2e', 'operator-values.yaml')
export const RELEASE = 'flotilla'
export const OPERATOR_NAMESPACE = 'flotilla-system'

/** What the chart gives to a Pod of the operator. */
export interface InstalledChart {
  /** The host as the ServiceAccount of the chart. */
  readonly kubeconfig: Kubeconfig
  /** The text of the configuration file. */
  readonly configuration: string
}

/** Where a chart is, and the values for an operator that runs as a process. Default: those of these sources. */
export interface ChartFiles {
  readonly chart: string
  readonly operatorValues: string
}

const OWN_FILES: ChartFiles = { chart: CHART, operatorValues: OPERATOR_VALUES }

/** Longer than any demo lasts: no kubelet is there to renew the token. */
const TOKEN_SECONDS = 90 * 86_400

/**
 * Installs the chart into a host with Helm, or brings it up to date.
 *
 * @param values on top of those in operator-values.yaml
 * @throws what Helm says
 */
export async function installChart(
  host: ControlPlane,
  values: object = {},
  { chart, operatorValues }: ChartFiles = OWN_FILES,
): Promise<InstalledChart> {
  const release = ['--namespace', OPERATOR_NAMESPACE, '--create-namespace']
  const files = ['--values', operatorValues, '--values', '-']
  await host.helm(['upgrade', '--install', RELEASE, chart, ...release, ...files], JSON.stringify(values))
  return readChart(host)
}

/** What an installed chart gives to a Pod of the operator. */
export async function readChart(host: ControlPlane): Promise<InstalledChart> {
  const deployment: unknown = parse(await get(host, 'deployment'))
  const configMap: unknown = parse(await get(host, 'configmap'))
  const serviceAccount = stringAt(deployment, 'spec', 'template', 'spec', 'serviceAccountName') ?? 'default'
  return {
    configuration: stringAt(configMap, 'data', 'config.yaml') ?? '',
    kubeconfig: await host.kubeconfigFor({
      namespace: OPERATOR_NAMESPACE,
      serviceAccount,
      expirationSeconds: TOKEN_SECONDS,
    }),
  }
}

function get(host: ControlPlane, kind: string): Promise<string> {
  return host.kubectl(['get', kind, RELEASE, '--namespace', OPERATOR_NAMESPACE, '--output', 'yaml'])
}
