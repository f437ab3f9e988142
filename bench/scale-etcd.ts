import type { Resource } from '../src/api/kinds.ts'
import type { Question } from './question.ts'
import type { Figures, Report } from './report.ts'
import { round } from './report.ts'
import { type Sample, sharesOf } from './scale-copies.ts'
import { startScaleFleet } from './scale-fleet.ts'
import { CONFIG_MAP, DEPLOYMENT } from './workload.ts'

export const scaleEtcd: Question = {
  name: 'scale-etcd',
  asks: 'how many bytes one template takes in the etcd of the host and of each member, and what they are',
  clusters: 'made',
  group: 'scale',
  measure: measureScaleEtcd,
}

const MEMBERS = 3

async function measureScaleEtcd(): Promise<Report> {
  const fleet = await startScaleFleet()
  try {
    await fleet.grow(MEMBERS)
    const figures: Figures[] = []
    for (const kind of [CONFIG_MAP, DEPLOYMENT]) figures.push(figuresOf(kind, await fleet.propagate(kind, MEMBERS)))
    return {
      question: 'scale-etcd',
      setting: { members: MEMBERS },
      figures: Object.assign({}, ...figures),
      bare: {},
      requests: [],
    }
  } finally {
    await fleet.stop()
  }
}

/** Per object, and what the host holds for one template in one cluster: its share of template and binding, and the Work. */
function figuresOf({ kind }: Resource, { template, binding, works, objects }: Sample): Figures {
  const prefix = kind.charAt(0).toLowerCase() + kind.slice(1)
  const of = (what: string, entries: Parameters<typeof sharesOf>[0]): Figures => {
    const { bytes, ...parts } = sharesOf(entries)
    const shares = Object.entries(parts).filter(([, value]) => value > 0)
    return Object.fromEntries([
      [`${prefix}${what}Bytes`, round(bytes / entries.length)],
      ...shares.map(([part, value]) => [
        `${prefix}${what}${part.charAt(0).toUpperCase()}${part.slice(1)}Bytes`,
        round(value / entries.length),
      ]),
    ])
  }
  const onHost = sharesOf([template, binding, ...works]).bytes
  return {
    ...of('Template', [template]),
    ...of('Binding', [binding]),
    ...of('Work', works),
    ...of('Object', objects),
    [`${prefix}HostPerClusterBytes`]: round(onHost / works.length),
  }
}
