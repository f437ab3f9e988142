/** What a figure is, for people. */
export interface FigureLabel {
  readonly text: string
  /** Behind the text; empty for a plain number. */
  readonly unit: string
}

/** The ends of names that are units, longest first where one ends in another. */
const UNITS: readonly (readonly [string, string])[] = [
  ['Seconds', 's'],
  ['MiB', 'MiB'],
  ['KiB', 'KiB'],
  ['Kib', 'KiB'],
  ['Bytes', 'bytes'],
  ['Percent', '%'],
  ['Ms', 'ms'],
  ['Us', 'µs'],
]

/** What a name cannot say well. */
const TEXTS: Readonly<Record<string, string>> = {
  configMapToMembers: 'ConfigMap in all members',
  configMapToStatusOnHost: 'ConfigMap shown as applied on the host',
  configMapMemberStatusToHost: "ConfigMap: from the last member's status to the host's",
  deploymentToMembers: 'Deployment in all members',
  deploymentToStatusOnHost: "Deployment's replicas counted on the host",
  deploymentStatusInMembers:
    "Deployment: the last member's own status; beside it that of one made by hand in the members, without Flotilla",
  deploymentMemberStatusToHost: "Deployment: from the last member's own status to the host's",
  rss: 'resident memory',
  stoppedConnectedFalse: 'its apiserver ended: until Connected is False',
  stoppedReadyFalse: 'its apiserver ended: until Ready is False',
  stoppedReadyAgain: 'it is back: until Ready is True',
  silentConnectedFalse: 'it says nothing: until Connected is False',
  silentReadyFalse: 'it says nothing: until Ready is False',
  silentReadyAgain: 'it speaks again: until Ready is True',
  joinedAll: 'all clusters joined',
  before: 'ConfigMap to the clusters that are well, before',
  during: 'the same, others have just become unreachable',
  later: 'the same, they are known not to be ready',
  after: 'the same, all are back',
  hostileDelay: 'delay of the event loop beside hostile scripts',
  bytesPerNode: 'bytes of a node, as cached',
  bytesPerNodeAccount: 'bytes of its account',
  bytesPerPod: 'bytes of a pod, as cached',
  all: 'all together',
  firstPass: 'first pass over nodes and pods',
  anyNode: 'an estimate, any node',
  nodeSelector: 'an estimate with a node selector',
  nodeAffinity: 'an estimate with node affinity',
  othersInFlight: 'an estimate while other bindings are on their way there',
  dropInMember: 'a member is dropped: until it has none left',
  dropOnHost: 'a member is dropped: until the host shows it of all',
  addInMember: 'it is taken in again: until it has all',
  addOnHost: 'it is taken in again: until the host shows it of all',
  releasedToMembers: 'stopped in order and started: a new object in all members',
  releasedToStatusOnHost: 'stopped in order and started: it is shown as applied on the host',
  killedToMembers: 'killed and started: a new object in all members',
  killedToStatusOnHost: 'killed and started: it is shown as applied on the host',
  unchangedHostWrites: 'writes to the host when nothing has changed',
  unchangedMemberWrites: 'writes to members when nothing has changed',
  hostRequestsPerSecond: 'requests a second to the host, besides leases',
  memberRequestsPerSecond: 'requests a second to each member, besides leases',
  hostOwnRequestsPerSecond: 'of those to the host, by the operator',
  memberOwnRequestsPerSecond: 'of those to a member, by the operator',
  creation: 'until all are created',
  toMembers: 'until all members have all',
  toStatusOnHost: 'until the host shows all as applied',
  hostRequestsPerObject: 'host requests per object, its creation among them',
  operatorHostRequests: 'host requests by the operator, besides events, leases and watches',
  operatorEventsDropped: 'events that the operator dropped, since a thousand waited already',
  hostEventRequestsPerObject: 'events per object',
  hostLeaseRequests: 'requests for leases, all together',
  memberRequestsPerObject: 'member requests per object',
  cpu: 'CPU of the process',
  hostApiserverCpu: "CPU of the host's apiserver",
  peakRss: 'highest resident memory',
  eventLoopDelay: 'delay of the event loop',
  idleLoopDelay: 'the same of an idle process beside it',
}

/** Words as the field writes them. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\bconfig map/g, 'ConfigMap'],
  [/\bdeployment/g, 'Deployment'],
  [/\bcpu\b/g, 'CPU'],
  [/\brss\b/g, 'RSS'],
  [/\bjoined\b/g, 'clusters joined'],
  [/\br ?2\b/g, 'R²'],
]

/** @returns the words and the unit of a name such as `toMembersSeconds`. */
export function labelOf(name: string): FigureLabel {
  const [suffix = '', unit = ''] = UNITS.find(([end]) => name.endsWith(end) && name !== end) ?? []
  const stem = name.slice(0, name.length - suffix.length)
  return { text: TEXTS[stem] ?? wordsOf(stem), unit }
}

function wordsOf(name: string): string {
  const spaced = name.replaceAll(/(?<=[a-z])(?=[A-Z0-9])|(?<=\d)(?=[A-Z])/g, ' ').toLowerCase()
  return KINDS.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), spaced)
}

/** Of a time that was taken often: one row of a table instead of one for each rank. */
export interface Percentiles {
  readonly stem: string
  readonly unit: string
  readonly ranks: readonly string[]
}

const RANK = /^(.+?)(P50|P95|P99|Max)(Ms|Us|Seconds)$/

/** @returns the name without its rank, and the rank; undefined for a figure that is no percentile. */
export function rankOf(
  name: string,
): { readonly stem: string; readonly rank: string; readonly suffix: string } | undefined {
  const [, stem, rank, suffix] = RANK.exec(name) ?? []
  return stem === undefined || rank === undefined || suffix === undefined ? undefined : { stem, rank, suffix }
}

/** @returns a number as a table shows it: three digits that mean something, thousands set apart. */
export function formatNumber(value: number): string {
  const size = Math.abs(value)
  const decimals = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  const text = value.toLocaleString('en-US', { maximumFractionDigits: decimals })
  return text === '-0' ? '0' : text
}
