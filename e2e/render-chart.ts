import { parseAllDocuments } from 'yaml'
import { stringAt } from '../src/object/field.ts'
import { CHART, OPERATOR_NAMESPACE, RELEASE } from './chart.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'

export interface Rendering {
  readonly release?: string
  readonly namespace?: string
}

/**
 * Renders the chart without looking at a cluster, as GitOps tools do.
 *
 * @param helm the machine's Helm; its cluster is not asked.
 * @returns the objects. @throws what Helm says, and for a text that is no YAML.
 */
export async function renderChart(
  helm: Pick<ControlPlane, 'helm'>,
  values: object = {},
  { release = RELEASE, namespace = OPERATOR_NAMESPACE }: Rendering = {},
): Promise<readonly unknown[]> {
  const args = ['template', release, CHART, '--namespace', namespace, '--kube-version', 'v1.30.0', '--values', '-']
  const text = await helm.helm(args, JSON.stringify(values))
  const documents = parseAllDocuments(text).map(document => {
    for (const error of document.errors) throw error
    const object: unknown = document.toJS()
    return object
  })
  return documents.filter(object => object !== null)
}

/** @returns the first object of a kind; with `ending`, the one whose name ends so. */
export function findObject(objects: readonly unknown[], kind: string, ending = ''): unknown {
  return objects.find(
    object => stringAt(object, 'kind') === kind && (stringAt(object, 'metadata', 'name') ?? '').endsWith(ending),
  )
}
