/** What a member's object holds of what {@link templateObject} writes, as a member's apiserver tells it. */
export interface MapContent {
  /** Of the annotation. */
  readonly value: string
  readonly data: Readonly<Record<string, string>>
}

export interface PodContent {
  /** Of the annotation. */
  readonly value: string
  readonly containers: readonly Container[]
}

interface Container {
  readonly name: string
  readonly image: string
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[]
}

const IMAGE = 'example.com/main'

/** @returns the image that tells of a value. */
export function imageOf(value: string): string {
  return `${IMAGE}:${value}`
}

/** @returns the value that a ConfigMap says in all its places, and nothing besides; else all that it says. */
export function valueOfMap({ value, data }: MapContent): string {
  const isWhole = Object.keys(data).join() === 'value' && data['value'] === value
  return isWhole ? value : JSON.stringify({ value, data })
}

/** @returns the value that a Deployment says in all its places, and nothing besides; else all that it says. */
export function valueOfPods({ value, containers }: PodContent): string {
  const said = containers.map(({ name, image }) => `${name} ${image}`)
  return said.join() === `main ${imageOf(value)}` ? value : JSON.stringify({ value, said })
}

/** @returns names of the ConfigMaps that its Pods read. */
export function neededBy({ containers }: Pick<PodContent, 'containers'>): readonly string[] {
  return containers.flatMap(({ envFrom = [] }) => envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []))
}
