import type { Question } from './question.ts'
import type { Report } from './report.ts'
import { startScaleFleet } from './scale-fleet.ts'
import { measureStart } from './scale-start.ts'
import { DEPLOYMENT } from './workload.ts'

export const scaleStartup: Question = {
  name: 'scale-startup',
  asks: 'how long the operator takes to start where many Deployments are in three members, and how much memory',
  clusters: 'made',
  objects: 5_000,
  group: 'scale',
  measure: measureScaleStartup,
}

const MEMBERS = 3

async function measureScaleStartup(objects: number): Promise<Report> {
  const fleet = await startScaleFleet()
  try {
    await fleet.grow(MEMBERS)
    const sample = await fleet.propagate(DEPLOYMENT, MEMBERS)
    await fleet.operator.process.stop()
    const revision = await fleet.seed(sample, { from: 0, to: objects })
    return {
      question: 'scale-startup',
      setting: { members: MEMBERS, deployments: objects, memberObjects: objects * MEMBERS },
      figures: await measureStart(fleet, { kind: DEPLOYMENT, templates: objects, members: MEMBERS, revision }),
      bare: {},
      requests: [],
    }
  } finally {
    await fleet.stop()
  }
}
