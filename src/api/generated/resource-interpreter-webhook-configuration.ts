// Generated from crds/ by scripts/generate-types.ts: change the CRD, not this file.

export interface InterpreterWebhook {
  /**
   * Where the server is. One of url and service.
   */
  readonly clientConfig: WebhookClientConfig
  /**
   * Versions of the protocol that the server speaks. One of them is v1alpha1.
   */
  readonly interpreterContextVersions: readonly string[]
  /**
   * Name of the webhook. A domain name of at least two parts.
   */
  readonly name: string
  /**
   * What the server is asked. None means nothing.
   */
  readonly rules?: readonly InterpreterRule[]
  /**
   * How long an answer may take. Absent means 10.
   */
  readonly timeoutSeconds?: number
}

export interface WebhookClientConfig {
  /**
   * Certificates that sign the server's, PEM in base64. Absent means those of the operator's system.
   */
  readonly caBundle?: string
  /**
   * A Service of the host.
   */
  readonly service?: WebhookService
  /**
   * The whole URL. Begins with https, and has neither user nor query nor fragment.
   */
  readonly url?: string
}

export interface WebhookService {
  /**
   * Name of the Service.
   */
  readonly name: string
  /**
   * Namespace of the Service.
   */
  readonly namespace: string
  /**
   * Path of the URL. Begins with a slash.
   */
  readonly path?: string
  /**
   * Port of the Service. Absent means 443.
   */
  readonly port?: number
}

export interface InterpreterRule {
  /**
   * API groups of the kinds. A star alone means all, an empty text the core group.
   */
  readonly apiGroups: readonly string[]
  /**
   * Versions of the kinds. A star alone means all.
   */
  readonly apiVersions: readonly string[]
  /**
   * The kinds. A star alone means all.
   */
  readonly kinds: readonly string[]
  /**
   * What the server is asked of them. A star alone means everything.
   */
  readonly operations: readonly string[]
}
