/** corev1.Taint as it stands on a Cluster. */
export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

/** corev1.Toleration as it stands in a placement. */
export interface Toleration {
  readonly key?: string
  /** Equal when empty. */
  readonly operator?: string
  readonly value?: string
  /** Any effect when empty. */
  readonly effect?: string
  readonly tolerationSeconds?: number
}

/**
 * Whether one toleration covers a taint. An empty key is every key; tolerationSeconds does not matter.
 *
 * @source Kubernetes "Taints and Tolerations"
 */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  switch (toleration.operator ?? '') {
    case 'Exists':
      return true
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '')
    default:
      return false
  }
}

/** @returns the first taint with one of `effects` that no toleration covers, in the order of the taints. */
export function findUntolerated(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effects: readonly string[],
): Taint | undefined {
  return taints.find(taint => effects.includes(taint.effect) && !tolerations.some(t => tolerates(t, taint)))
}

/** @returns a taint as Kubernetes prints it: `key=value:effect`, without `=value` when there is none. */
export function formatTaint(taint: Taint): string {
  const pair = taint.value ? `${taint.key}=${taint.value}` : taint.key
  return taint.effect ? `${pair}:${taint.effect}` : pair
}
