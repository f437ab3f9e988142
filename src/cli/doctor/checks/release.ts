import { API_VERSION } from '../../../api/generated/crds.ts'
import { listAt, stringAt } from '../../../object/field.ts'
import type { KubeObject } from '../../../object/kube-object.ts'
import type { Finding } from '../examine.ts'
import type { RunCheck } from './check.ts'

/** Which chart is installed, of which version, and whether this command is of the same. */
export const checkRelease: RunCheck = async ({ deployments, namespace }) => judgeRelease(deployments, namespace)

/** @returns undefined where no chart is installed: the operator may run by other means. */
export function judgeRelease(deployments: readonly KubeObject[], namespace: string): Finding | undefined {
  const [deployment, another] = deployments
  if (deployment === undefined) return undefined
  if (another !== undefined) {
    const names = deployments.map(({ metadata }) => metadata.name).join(', ')
    return {
      level: 'warning',
      message: `${deployments.length} Deployments of Flotilla are in namespace ${namespace}: ${names}. One is enough; its replicas take over from each other.`,
    }
  }
  const { labels = {}, name } = deployment.metadata
  const [version = 'unknown', chart = 'none'] = [labels['app.kubernetes.io/version'], labels['helm.sh/chart']]
  const [container] = listAt(deployment, 'spec', 'template', 'spec', 'containers')
  const image = stringAt(container, 'image') ?? 'none'
  const what = `Deployment ${namespace}/${name}: version ${version}, chart ${chart}, image ${image}.`
  return version === API_VERSION
    ? { level: 'ok', message: what }
    : {
        level: 'warning',
        message: `${what} This command belongs to ${API_VERSION}: use that of the operator's release.`,
      }
}
