import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'

// Which test shows what the reference says: a claim whose test has gone, or whose words have changed, is found here.

const ROOT = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** What a page says, the test that shows it, and words of that test. */
type Claim = readonly [claim: string, test: string, words: string]

const override = (name: string): string => `src/override/${name}.test.ts`
const kind = (name: string): string => `src/interpreter/kinds/${name}.test.ts`

const OVERRIDES: readonly Claim[] = [
  ['an OverridePolicy changes what single members get', override('apply-overrides'), 'which rule wins'],
  ['without selectors, every\ntemplate in its scope', override('select'), 'no selector is as far as a whole kind'],
  ['A policy under deletion counts until it is gone', override('select'), 'a policy counts until it is gone'],
  [
    'All ClusterOverridePolicies come first',
    override('apply-overrides'),
    'OverridePolicies after all cluster-wide ones',
  ],
  ['the most specific comes last and wins', override('select'), 'the most specific comes last'],
  ['among equals by the alphabet', override('select'), 'names decide among equals'],
  ['every rule is applied whose `targetCluster` takes the cluster', override('apply-overrides'), '§11.6'],
  [
    'the deprecated top-level `targetCluster` and `overriders`',
    override('apply-overrides'),
    'the deprecated form is one rule',
  ],
  ['Without `overrideRules`', override('select'), 'the pair beside rules does not count'],
  [
    'OverridePolicies at what the ClusterOverridePolicies made',
    override('apply-overrides'),
    'are selected by what the cluster-wide ones made',
  ],
  ['applied in the order of this table', override('apply-overrides'), 'in the order of the contract'],
  [
    'the one at `predicate.path` in any kind',
    override('overriders/image'),
    'changes what a path points at, in any kind',
  ],
  ['CronJob too', override('overriders/image'), "'batch/v1 CronJob'"],
  ['there is no image at the path', override('overriders/image'), 'a path behind the end of a list'],
  ['what is there is no image’s name'.replace('’', "'"), override('overriders/image'), 'is not the name of an image'],
  ['`add` appends, `remove` takes out every equal word', override('overriders/args'), 'all that are equal'],
  ['the list is no list', override('overriders/command'), 'is no list'],
  ['`replace`, `remove`: the key is not there', override('overriders/labels'), 'skips what is missing (§11.7)'],
  ['there is no text at `fieldPath`', override('overriders/field'), 'is no text'],
  ['it is no JSON or YAML', override('overriders/field'), 'the YAML cannot be read'],
  ['a `subPath` leads nowhere', override('overriders/field'), 'a subPath to nowhere'],
  [
    'a path leads nowhere, or what is left is no Kubernetes object',
    override('overriders/plaintext'),
    'what is left is not a Kubernetes object',
  ],
  ['`add` and `replace` need a value that is not null', override('overriders/plaintext'), 'add of null'],
  ['are read as YAML 1.1', override('yaml-text'), 'words for true'],
  ['256 KiB and 20,000 entries', override('yaml-text'), 'of many entries'],
  ['Init and ephemeral containers are not changed', override('overriders/image'), 'and no init container'],
  ['gives two slashes', override('overriders/image'), 'registry.cn//nginx:1.25'],
  ['The digest of an image that has a tag as well is lost', override('overriders/image'), 'nginx:1@'],
  ['Kinds are known by name, whatever their group', override('overriders/image'), "'example.com/v1 Job'"],
  ['keys are sorted, comments', override('overriders/field'), 'keys are sorted and comments are lost'],
  ['With both `yaml` and `json`, only `yaml`', override('overriders/field'), 'both: only yaml counts'],
  ['Names may be overridden', 'e2e/overrides.e2e.test.ts', 'overridden to another name leaves none of the old one'],
  ['`fieldOverrider` with neither `json` nor `yaml`', override('overriders/field'), 'neither json nor yaml'],
  ['YAML with several documents or with tags', override('yaml-text'), 'with several documents'],
  [
    'changes the group, kind or namespace of an object',
    override('apply-overrides'),
    'an OverridePolicy does not change',
  ],
  ['sorted by name', override('applied-rules'), 'records rules by name'],
  ['remove /data/none: there is nothing', 'e2e/overrides.e2e.test.ts', 'is told on template, binding and policy'],
  ['or no longer selects it', 'e2e/overrides.e2e.test.ts', 'disappears in the members with its policies'],
  [
    'when a cluster begins or ceases to match',
    'e2e/overrides.e2e.test.ts',
    'follows the labels of a cluster, also away again',
  ],
]

const KINDS: readonly Claim[] = [
  ['| Deployment |', kind('deployment'), 'sums the counters and keeps what else is there'],
  ['| ReplicaSet |', kind('replica-set'), 'sums over clusters'],
  ['| DaemonSet |', kind('daemon-set'), 'sums all seven over clusters'],
  ['| StatefulSet |', kind('stateful-set'), 'observedGeneration: $name'],
  ['| Job |', 'src/interpreter/job-status.test.ts', 'names the clusters, and has FailureTarget beside Failed'],
  ['| CronJob |', kind('cron-job'), 'joins active Jobs and takes the latest times'],
  ['| Pod |', kind('pod'), 'counts a cluster without a status as Pending'],
  ['| Service |', kind('service'), 'joins the entry points of all clusters, each once, sorted'],
  ['| Ingress |', kind('ingress'), 'joins the entry points of all clusters, each once, sorted'],
  ['| PersistentVolume |', kind('persistent-volume'), 'counts a cluster without a status as Pending'],
  ['| PersistentVolumeClaim |', kind('persistent-volume-claim'), '$phases are together $want'],
  ['| PodDisruptionBudget |', kind('pod-disruption-budget'), 'sums counters and tells the pods of clusters apart'],
  ['| HorizontalPodAutoscaler |', kind('horizontal-pod-autoscaler'), 'sums replicas and replaces the rest'],
  ['| ServiceImport |', kind('service-import'), 'takes its derived Service along'],
  ['waits for the whole fleet', kind('deployment'), 'advances when all clusters are current'],
  [
    '`StatusStale` of the binding names it',
    'src/status/collect/plan.test.ts',
    'are named, and what they told is no health any more',
  ],
  [
    '`ProgressDeadlineExceeded` when a member is past',
    'src/status/aggregate/deployment-conditions.test.ts',
    'one comes no further',
  ],
  [
    'True while a member has not rolled it out',
    'src/status/aggregate/reconciling-condition.test.ts',
    'names who has not',
  ],
  [
    'The start is the earliest of all clusters',
    'src/interpreter/job-status.test.ts',
    'has no start while a cluster has not started',
  ],
  ['as soon as no pod is active', 'src/interpreter/job-status.test.ts', 'is only failing while pods run elsewhere'],
]

const ERRORS: readonly Claim[] = [
  ['`BindingOwnerConflict`', 'src/rendering/build-binding.test.ts', 'belongs to another object'],
  [
    '`CrdNotInstalled`',
    'src/registration/register-api.apiserver.test.ts',
    'let the operator install it (crds.install)',
  ],
  ['`DependentOverrideMissing`', 'src/detector/match.test.ts', 'dependentOverrides'],
  ['`ImmutableField`', 'e2e/member-rules.e2e.test.ts', 'changed in place'],
  ['`KindNotInstalled`', 'e2e/placement.e2e.test.ts', 'does not serve example.com/v1/Gadget'],
  ['`LeadershipLost`', 'src/runtime/leader-election.apiserver.test.ts', 'does not lead'],
  ['`MissingPermanentId`', 'src/rendering/render-work.test.ts', 'no permanent-id'],
  [
    '`OverrideFailed`',
    'e2e/overrides.e2e.test.ts',
    'Apply override policy(refused/wrong) for cluster(member2) failed.',
  ],
  ['`PriorityClassMissing`', 'src/detector/schedule-priority.test.ts', 'PriorityClassMissing'],
  ['`ResourceConflict`', 'e2e/member-rules.e2e.test.ts', 'is not managed by this system'],
  ['`ScriptFailed`', 'e2e/interpreters.e2e.test.ts', 'healthInterpretation:2: no idea'],
  ['`WebhookFailed`', 'src/interpreter/webhook/webhook-layer.test.ts', 'WebhookFailed'],
  ['`WorkTerminating`', 'src/runtime/work-writes.test.ts', 'is being deleted: its manifest is written when it is gone'],
]

const DEPENDENCIES: readonly Claim[] = [
  [
    '| Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, Pod |',
    'e2e/dependencies.e2e.test.ts',
    'every kind with Pods',
  ],
  ['| Ingress |', 'e2e/dependencies.e2e.test.ts', 'takes the Secrets of an Ingress along'],
  ['| ServiceImport', 'e2e/dependencies.e2e.test.ts', 'takes the derived Service of a ServiceImport along'],
  ['A policy that selects it too adds its own clusters', 'e2e/dependencies.e2e.test.ts', 'goes where both say'],
  [
    'What does not exist yet follows when it is made',
    'e2e/dependencies.e2e.test.ts',
    'brings the Secret when it is made',
  ],
  ['unless something else needs it', 'e2e/dependencies.e2e.test.ts', 'is where either is, and leaves with the last'],
  [
    'the event `DependencyPolicyConflict` tells',
    'e2e/dependencies.e2e.test.ts',
    'are told so, and the bolder one wins',
  ],
]

const PAGES: Readonly<Record<string, readonly Claim[]>> = {
  'docs/reference/overrides.md': OVERRIDES,
  'docs/reference/kinds.md': KINDS,
  'docs/reference/errors.md': ERRORS,
  'docs/reference/dependencies.md': DEPENDENCIES,
}

describe.each(Object.entries(PAGES))('%s', (page, claims) => {
  const text = read(page).replaceAll(/\s+/g, ' ').toLowerCase()
  it.each(claims)('%s', (claim, test, words) => {
    expect(text).toContain(claim.replaceAll(/\s+/g, ' ').toLowerCase())
    expect(read(test)).toContain(words)
  })
})
