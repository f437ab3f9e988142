import type { Random } from '../soak/random.ts'

/** Texts that somebody, somewhere, takes for something else. */
const TEXTS: readonly string[] = [
  ...[
    '',
    ' ',
    '-',
    '0',
    '-0',
    'true',
    'null',
    'NaN',
    '~',
    '{}',
    '[]',
    '""',
    '\\',
    '"',
    "'",
    '`',
    '$',
    '$x',
    '%s',
    '{{ . }}',
  ],
  ...[
    'constructor',
    'toString',
    '__proto__',
    'hasOwnProperty',
    'prototype',
    'length',
    'then',
    'toJSON',
    'rawJSON',
    'valueOf',
  ],
  ...['1e400', '-1e400', '0x10', '0o7', '1_000', '9007199254740993', '18446744073709551616', '1.7976931348623157e309'],
  ...['1Ki', '1Kii', '-1', '1e', '1e99999', '.', '1.2.3', '5xyz', '1 Gi', '٣', '∞', '1n', '1u', '999999E'],
  ...[
    '\u0001',
    '\u0007\b\f',
    '\u001b[31m',
    '\r\n',
    '\n---\n',
    '\t',
    '\u007f',
    '\u0085',
    '\u2028\u2029',
    '\ufeff',
    '\ufffd',
  ],
  ...['𝒜𝓑', '👩‍👩‍👧‍👦', '\u{10ffff}', '\u202eabc\u202c', 'مرحبا', 'e\u0301', 'İ', 'ß', 'ﬃ', 'K', '\u200b'],
  ...[
    '/',
    '//',
    '~0',
    '~1',
    '../..',
    '/etc/passwd',
    'a/b/c',
    'a.b',
    'a,b',
    'a=b',
    'a:b',
    '*',
    '**',
    '^(a+)+$',
    '(',
    '[',
  ],
]
/** Names of fields that something reads. */
const FIELDS: readonly string[] = [
  ...[
    'spec',
    'status',
    'metadata',
    'data',
    'template',
    'replicas',
    'parallelism',
    'completions',
    'selector',
    'containers',
  ],
  ...[
    'initContainers',
    'resources',
    'limits',
    'requests',
    'cpu',
    'memory',
    'image',
    'name',
    'namespace',
    'labels',
    'annotations',
  ],
  ...[
    'conditions',
    'type',
    'phase',
    'observedGeneration',
    'readyReplicas',
    'availableReplicas',
    'updatedReplicas',
    'succeeded',
  ],
  ...[
    'failed',
    'active',
    'startTime',
    'completionTime',
    'lastTransitionTime',
    'message',
    'reason',
    'loadBalancer',
    'ingress',
  ],
  ...['hostname', 'ip', 'ports', 'port', 'volumes', 'configMap', 'secret', 'secretName', 'env', 'envFrom', 'valueFrom'],
  ...[
    'nodeSelector',
    'affinity',
    'tolerations',
    'nodeAffinity',
    'matchLabels',
    'matchExpressions',
    'volumeClaimTemplates',
  ],
  ...[
    'minReplicas',
    'maxReplicas',
    'jobs',
    'tasks',
    'workers',
    'worker',
    'replicaSpecs',
    'groups',
    'minMember',
    'kind',
  ],
  ...[
    'apiVersion',
    'items',
    'clusterIP',
    'healthCheckNodePort',
    'secrets',
    'currentReplicas',
    'desiredReplicas',
    'podTemplate',
  ],
  ...[
    'minAvailable',
    'maxUnavailable',
    'volumeName',
    'generation',
    'health',
    'jobManager',
    'taskManager',
    'headGroupSpec',
  ],
  ...[
    'workerGroupSpecs',
    'rayClusterConfig',
    'driver',
    'executor',
    'instances',
    'cores',
    'replicatedJobs',
    'kafka',
    'zookeeper',
  ],
]
/** Beyond what a double holds, and where it ends. */
export const BIG_INTEGERS: readonly string[] = [
  ...['9007199254740993', '-9007199254740993', '9223372036854775807', '-9223372036854775808', '1234567890123456789'],
]
const NUMBERS: readonly number[] = [
  ...[0, -0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, 1.5, -1.5, 0.1 + 0.2, 5e-324, 1e21, 1.7976931348623157e308, 1e-7],
]
const DEEPEST = 60

export const nastyText = (random: Random): string =>
  random.happens(0.1) ? random.pick(TEXTS).repeat(1 + random.below(300)) : random.pick(TEXTS)

/** A key of any map that is free. */
export const nastyKey = (random: Random): string => (random.happens(0.5) ? random.pick(FIELDS) : nastyText(random))

export function nastyNumber(random: Random): unknown {
  return random.happens(0.4) ? JSON.rawJSON(random.pick(BIG_INTEGERS)) : random.pick(NUMBERS)
}

/** Any JSON, often with fields that something reads in places where they are something else. */
export function nastyValue(random: Random, depth = 4): unknown {
  const sort = random.below(depth <= 0 ? 5 : 9)
  switch (sort) {
    case 0:
      return null
    case 1:
      return random.happens(0.5)
    case 2:
      return nastyNumber(random)
    case 3:
    case 4:
      return nastyText(random)
    case 5:
      return Array.from({ length: random.below(4) }, () => nastyValue(random, depth - 1))
    case 6:
      return random.happens(0.02) ? nested(random) : {}
    default:
      return nastyMap(random, depth)
  }
}

/** Own members whatever they are called. */
export function nastyMap(random: Random, depth = 4): Record<string, unknown> {
  const entries = Array.from({ length: random.below(6) }, (): [string, unknown] => [
    nastyKey(random),
    nastyValue(random, depth - 1),
  ])
  return Object.fromEntries(entries)
}

/** A map of texts, as labels, annotations and data are. */
export function nastyTexts(random: Random, most = 5): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: random.below(most + 1) }, (): [string, string] => [nastyKey(random), nastyText(random)]),
  )
}

/** `object` in which some places, at any depth, hold something else. */
export function spoilt(random: Random, value: unknown, share = 0.08): unknown {
  if (random.happens(share)) return nastyValue(random)
  if (Array.isArray(value)) return value.map(element => spoilt(random, element, share))
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value
  const kept = Object.entries(value).filter(() => !random.happens(share / 2))
  const more = random.happens(share) ? [[nastyKey(random), nastyValue(random)] as const] : []
  return Object.fromEntries([...kept.map(([name, member]) => [name, spoilt(random, member, share)] as const), ...more])
}

function nested(random: Random): unknown {
  const text = nastyText(random)
  let value: unknown = text
  for (let depth = 0; depth < DEEPEST; depth++) value = depth % 2 === 0 ? [value] : { [text]: value }
  return value
}
