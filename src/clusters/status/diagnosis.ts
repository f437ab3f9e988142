import type { TransportErrorKind } from '../../kube/status-error.ts'
import { isTransportError, StatusError } from '../../kube/status-error.ts'
import type { ConnectionError } from '../../members/connection.ts'
import type { Condition } from '../../object/condition.ts'

/**
 * How the connection to a member stands, for condition Connected: each cause has a reason of its own, and a message that
 * names it and what to do. Karmada's reasons of condition Ready are fewer and stay as they are (docs/reference/clusters.md).
 */
export interface Diagnosis {
  readonly status: Condition['status']
  readonly reason: string
  /** The same for the same cause, so that a condition with it settles. */
  readonly message: string
}

interface Failure {
  readonly reason: string
  readonly remedy: string
}

const cause = (reason: string, remedy: string): Failure => ({ reason, remedy })

const FAILURE_OF_KIND: Readonly<Record<TransportErrorKind, Failure>> = {
  dns: cause('DNSLookupFailed', "Correct the host name, or make it known to the operator's name server"),
  refused: cause('ConnectionRefused', 'Start the apiserver, or correct host and port'),
  unreachable: cause('NetworkUnreachable', 'Make a route from the operator to this address, or set spec.proxyURL'),
  reserved: cause('AddressReserved', 'Use the address of the apiserver itself'),
  'connect-timeout': cause(
    'ConnectionTimeout',
    'Let the operator through the firewall, correct the address, or set spec.proxyURL',
  ),
  timeout: cause('AnswerTimeout', 'Look for what overloads or blocks the apiserver'),
  'tls-name': cause(
    'CertificateNameMismatch',
    'Use an address that the certificate names, or name it by tls-server-name in the kubeconfig',
  ),
  'tls-ca': cause('CertificateAuthorityUnknown', "Put the apiserver's CA into the Secret"),
  'cert-expired': cause(
    'CertificateExpired',
    "Renew the certificate; if it is good, correct the clock of the operator's machine",
  ),
  'cert-not-yet-valid': cause(
    'CertificateNotYetValid',
    "Correct the clock of the operator's machine, or of the one that issued the certificate",
  ),
  'client-cert': cause('ClientCertificateRefused', 'Put a client certificate that the server accepts into the Secret'),
  'tls-handshake': cause('TLSHandshakeFailed', 'Let the server offer TLS 1.2 or 1.3 with a usual cipher suite'),
  'not-tls': cause('NotTLS', 'Use the port of the apiserver that speaks TLS, mostly 6443'),
  credentials: cause('CredentialsUnreadable', 'Write CA, certificate and key into the Secret anew, as PEM'),
  proxy: cause('ProxyFailed', 'Correct spec.proxyURL and spec.proxyHeader, or the proxy'),
  reset: cause('ConnectionBroken', 'Look for a proxy, firewall or client certificate rule that ends connections'),
  aborted: cause('ConnectionClosed', 'The operator is about to connect again'),
  'not-kubernetes': cause('NotKubernetes', 'Use the address of the apiserver itself'),
  redirect: cause('Redirected', 'Use the address that it redirects to, if you trust it'),
  'too-large': cause('AnswerTooLarge', 'Use the address of the apiserver itself'),
  other: cause('ConnectionFailed', 'Check address, Secret and proxy'),
}

const UNAUTHORIZED = cause(
  'Unauthorized',
  'The token or client certificate is wrong, expired or revoked: put a new one into the Secret',
)
const FORBIDDEN = cause(
  'Forbidden',
  'Bind the identity to a role that may do what is to be propagated, and get namespaces',
)
const UNHEALTHY = cause('Unhealthy', "Look at the apiserver's own log")
const NO_APISERVER = FAILURE_OF_KIND['not-kubernetes']
const IS_HOST = cause('ClusterIsHost', 'Delete this Cluster, or put the credentials of another cluster into its Secret')
const DUPLICATE = cause(
  'DuplicateCluster',
  'Delete one of the two, or put the credentials of another cluster into the Secret of this one',
)

/** All is well. */
export const CONNECTED: Diagnosis = {
  status: 'True',
  reason: 'Connected',
  message: 'the apiserver answers, and it is a cluster of its own',
}

/** The Cluster or its Secret does not say how to connect; the error says what to do. */
export function diagnoseSettings(error: ConnectionError): Diagnosis {
  return { status: 'False', reason: error.fault, message: error.message }
}

/** No usable answer came, or one that refuses. @throws errors that are no answer and no lack of one. */
export function diagnoseError(error: unknown): Diagnosis {
  if (isTransportError(error)) return failed(FAILURE_OF_KIND[error.kind], error.message)
  if (error instanceof StatusError)
    return failed(failureOfCode(error.code), `it answered ${error.code}: ${error.message}`)
  throw error
}

/** What a health endpoint answered, other than 200. */
export function diagnoseHealth(
  path: string,
  answer: { readonly statusCode: number; readonly body: string },
): Diagnosis {
  const checks = failedChecks(answer.body)
  return failed(failureOfCode(answer.statusCode), `${path} answered ${answer.statusCode}${checks}`)
}

/** A web page where an apiserver's word should be. */
export function diagnoseWebPage(path: string, statusCode: number): Diagnosis {
  return failed(NO_APISERVER, `${path} answered ${statusCode} with a web page: this is no Kubernetes apiserver`)
}

/** The member must not be used, whatever it answers. */
export type IdentityConflict =
  | { readonly type: 'host' }
  /** Another Cluster, with more right to it, names the same member. */
  | { readonly type: 'duplicate'; readonly of: string; readonly id: string }

export function diagnoseIdentity(conflict: IdentityConflict): Diagnosis {
  return conflict.type === 'host'
    ? failed(IS_HOST, 'this is the host cluster itself, which cannot be its own member')
    : failed(
        DUPLICATE,
        `this is the same cluster as ${conflict.of} (its namespace kube-system has UID ${conflict.id}), and a cluster can be joined only once`,
      )
}

function failed({ reason, remedy }: Failure, words: string): Diagnosis {
  return { status: 'False', reason, message: `${words}. ${remedy}` }
}

function failureOfCode(code: number): Failure {
  switch (code) {
    case 401:
      return UNAUTHORIZED
    case 403:
      return FORBIDDEN
    case 400:
    case 404:
    case 405:
      return NO_APISERVER
    default:
      return UNHEALTHY
  }
}

const MAX_CHECKS = 5

/** The checks that /readyz calls failed, e.g. `: etcd`; its words are a stranger's. */
function failedChecks(body: string): string {
  const names = [...body.matchAll(/^\[-\]([\w./-]{1,60})/gm)].map(match => match[1])
  return names.length === 0 ? '' : ` (failed: ${names.slice(0, MAX_CHECKS).join(', ')})`
}
