import { CLUSTER } from '../src/api/kinds.ts'
import { listAt, stringAt } from '../src/object/field.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import type { Ailment, ClusterUnderTest } from './cluster-under-test.ts'
import { findCluster } from './policy-change.ts'
import type { Question } from './question.ts'
import { type Figures, type Report, round } from './report.ts'
import { watchSightings } from './sightings.ts'

/** Its apiserver is ended, and it accepts connections and says nothing. */
const LOSSES: readonly Ailment[] = ['stopped', 'silent']

export const memberLoss: Question = {
  name: 'member-loss',
  asks: 'how long until the host says that a member is lost, and that it is back',
  clusters: 'own',
  start: { ailing: true },
  measure: measureMemberLoss,
}

/** With the default settings: a look every ten seconds, and both states count when they have lasted for thirty. */
async function measureMemberLoss(clusters: ClusterUnderTest): Promise<Report> {
  const { ail } = clusters
  if (ail === undefined) throw new Error('member-loss breaks a member: it runs on clusters of its own only')
  const cluster = await findCluster(clusters.host, clusters.members.at(-1))
  const figures: Figures[] = []
  for (const ailment of LOSSES) {
    const connected = await watchState(clusters, { cluster, type: 'Connected', isTrue: false })
    const ready = await watchState(clusters, { cluster, type: 'Ready', isTrue: false })
    const lostMs = performance.now()
    const heal = await ail(ailment)
    const seenMs = await connected.until(cluster)
    const unreadyMs = await ready.until(cluster)
    await heal()
    const healedMs = performance.now()
    const again = await watchState(clusters, { cluster, type: 'Ready', isTrue: true })
    const backMs = await again.until(cluster)
    for (const watch of [connected, ready, again]) watch.stop()
    figures.push({
      [`${ailment}ConnectedFalseSeconds`]: round((seenMs - lostMs) / 1000),
      [`${ailment}ReadyFalseSeconds`]: round((unreadyMs - lostMs) / 1000),
      [`${ailment}ReadyAgainSeconds`]: round((backMs - healedMs) / 1000),
    })
  }
  return {
    question: 'member-loss',
    setting: { members: clusters.members.length },
    figures: Object.assign({}, ...figures),
    bare: {},
    requests: [],
  }
}

interface State {
  readonly cluster: string
  readonly type: 'Connected' | 'Ready'
  readonly isTrue: boolean
}

function watchState({ host }: ClusterUnderTest, { cluster, type, isTrue }: State) {
  const nameOf = (object: KubeObject): string | undefined => {
    const condition = listAt(object, 'status', 'conditions').find(each => stringAt(each, 'type') === type)
    const isReached = condition !== undefined && (stringAt(condition, 'status') === 'True') === isTrue
    return isReached && object.metadata.name === cluster ? cluster : undefined
  }
  return watchSightings({ client: host, resource: CLUSTER, namespace: '', nameOf })
}
