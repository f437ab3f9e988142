import { run } from '../controlplane/command.ts'

/** The words of Argo CD; Flux's Current, InProgress and Failed are the first three. */
export type Health = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing' | 'Unknown'

/** What a tool says of everything together, and of each object by `<Kind>/<name>`. */
export interface HealthReport {
  readonly overall: Health
  readonly objects: Readonly<Record<string, Health>>
}

/** A GitOps tool that works from a checkout on a host. */
export interface GitOpsTool {
  /** Applies what the checkout has and prunes what it has no more. @throws when something cannot be applied. */
  sync(): Promise<void>
  /** What differs from the checkout, in the tool's own judgement, each with how it was compared. */
  drift(): Promise<readonly string[]>
  health(): Promise<HealthReport>
  /** Waits as the tool itself does. @throws when it gives up, with what it says. */
  awaitHealthy(): Promise<void>
  /** Has more objects checked, by a tool that checks what is listed; another one looks at everything anyway. */
  alsoCheck(...objects: readonly CheckedObject[]): void
  /** Labels and annotations that mark an object as the tool's own. */
  readonly marks: readonly string[]
}

/** A resource as both programs name it. */
export interface NamedResource {
  readonly kind: string
  readonly name: string
}

/** An object as a Kustomization lists it among its health checks. */
export interface CheckedObject extends NamedResource {
  readonly apiVersion: string
  readonly namespace: string
}

/** How `HealthReport.objects` names an object. */
export function objectName({ kind, name }: NamedResource): string {
  return `${kind}/${name}`
}

const LIMIT_MS = 180_000

/** Runs one of the programs. @returns the JSON that it prints. @throws with its standard error. */
export async function ask<T>(program: string, args: readonly string[]): Promise<T> {
  return JSON.parse(await run(program, args, { timeoutMs: LIMIT_MS })) as T
}
