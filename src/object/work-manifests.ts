import type { KubeObject } from './kube-object.ts'
import { kubeObjectProblem } from './kube-object-problem.ts'

interface Carrying {
  readonly spec: { readonly workload?: { readonly manifests?: readonly unknown[] } }
}

/** The manifests of a Work. What is no Kubernetes object (the schema lets anything pass) is left out. */
export function manifestsOf(work: Carrying): readonly KubeObject[] {
  return (work.spec.workload?.manifests ?? []).filter(isKubeObject)
}

/** @returns for each manifest of a Work that is no Kubernetes object what is wrong with it, counted from 1 for people. */
export function malformedManifests(work: Carrying): readonly string[] {
  return (work.spec.workload?.manifests ?? []).flatMap((manifest, index) => {
    const problem = kubeObjectProblem(manifest)
    return problem === undefined ? [] : [`manifest ${index + 1} is no Kubernetes object: ${problem}`]
  })
}

function isKubeObject(value: unknown): value is KubeObject {
  return kubeObjectProblem(value) === undefined
}
