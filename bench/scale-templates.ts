import type { Question } from './question.ts'
import type { Figures, Report } from './report.ts'
import { round } from './report.ts'
import { curvesOf, figuresOf, fitsOf, type Point } from './scale-curve.ts'
import { startScaleFleet } from './scale-fleet.ts'
import { measureStart } from './scale-start.ts'
import { CONFIG_MAP } from './workload.ts'

export const scaleTemplates: Question = {
  name: 'scale-templates',
  asks: 'what the operator needs for many templates in ten members, and whether it grows by as much for each',
  clusters: 'made',
  objects: 10_000,
  group: 'scale',
  measure: measureScaleTemplates,
}

const MEMBERS = 10
const SHARES = [0.1, 0.2, 0.5, 1]
const MILLION = 1_000_000
const KIB_PER_MIB = 1024
const MS_PER_SECOND = 1000

async function measureScaleTemplates(objects: number): Promise<Report> {
  const fleet = await startScaleFleet()
  try {
    await fleet.grow(MEMBERS)
    const sample = await fleet.propagate(CONFIG_MAP, MEMBERS)
    await fleet.operator.process.stop()
    const points: Point[] = []
    for (const share of SHARES) {
      const templates = Math.round(objects * share)
      const revision = await fleet.seed(sample, { from: points.at(-1)?.size ?? 0, to: templates })
      const figures = await measureStart(fleet, { kind: CONFIG_MAP, templates, members: MEMBERS, revision })
      points.push({ size: templates, figures })
    }
    const fits = fitsOf(points, MEMBERS)
    return {
      question: 'scale-templates',
      setting: { members: MEMBERS, templates: objects, memberObjects: objects * MEMBERS },
      figures: { ...Object.assign({}, ...points.map(figuresOf)), ...fits, ...ofMillion(fits) },
      bare: {},
      requests: [],
      series: curvesOf(points, 'templates'),
    }
  } finally {
    await fleet.stop()
  }
}

/** What a million member objects would need if it went on in the same line: they are not here. */
function ofMillion(fits: Figures): Figures {
  const fit = (name: string): number => fits[name] ?? 0
  return {
    rssOfMillionByFitMiB: round((fit('rssSlopePerObjectKiB') * MILLION) / KIB_PER_MIB + fit('rssAt0MiB')),
    startOfMillionByFitSeconds: round(
      (fit('startSlopePerObjectMs') * MILLION) / MS_PER_SECOND + fit('startAt0Seconds'),
    ),
  }
}
