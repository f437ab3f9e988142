import type { Question } from './question.ts'
import type { Report } from './report.ts'
import { curvesOf, figuresOf, fitsOf, type Point } from './scale-curve.ts'
import { type ScaleFleet, startScaleFleet } from './scale-fleet.ts'
import { measureStart } from './scale-start.ts'
import { CONFIG_MAP } from './workload.ts'

export const scaleMembers: Question = {
  name: 'scale-members',
  asks: 'what the operator needs for many members that all have the same templates, and whether it grows by as much for each',
  clusters: 'made',
  objects: 1_000,
  group: 'scale',
  measure: measureScaleMembers,
}

const MEMBERS = [1, 5, 10, 25, 50, 100]

async function measureScaleMembers(objects: number): Promise<Report> {
  const fleet = await startScaleFleet()
  try {
    const points: Point[] = []
    for (const members of MEMBERS) points.push(await measureWith(fleet, members, objects))
    return {
      question: 'scale-members',
      setting: { templates: objects, members: MEMBERS.at(-1) ?? 0, memberObjects: objects * (MEMBERS.at(-1) ?? 0) },
      figures: { ...Object.assign({}, ...points.map(figuresOf)), ...fitsOf(points, objects) },
      bare: {},
      requests: [],
      series: curvesOf(points, 'members'),
    }
  } finally {
    await fleet.stop()
  }
}

/** The members of before stay, and get the same templates as those that join; the copies of before go. */
async function measureWith(fleet: ScaleFleet, members: number, templates: number): Promise<Point> {
  fleet.operator.revive()
  await fleet.operator.ready()
  await fleet.grow(members)
  const sample = await fleet.propagate(CONFIG_MAP, members)
  await fleet.operator.process.stop()
  const revision = await fleet.seed(sample, { from: 0, to: templates })
  const figures = await measureStart(fleet, { kind: CONFIG_MAP, templates, members, revision })
  await fleet.clear(sample)
  return { size: members, figures }
}
