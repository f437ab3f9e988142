import { printable } from '../../object/printable.ts'
import { printTable } from '../table.ts'
import type { PlannedCluster, Reference, TemplatePlan } from './decide.ts'

const COLUMNS = ['CLUSTER', 'VERDICT', 'SCORE', 'AVAILABLE', 'REPLICAS', 'REASON'] as const
const NOTHING = '-'

/** The plans for people: of each template what comes of it, then a row for every cluster. */
export function printPlans(plans: readonly TemplatePlan[]): string {
  return plans.map(printPlan).join('\n')
}

function printPlan(plan: TemplatePlan): string {
  const { template, policy, affinity, selection, division } = plan
  const lines = [
    `${describe(template)}${policy === undefined ? '' : ` by ${describe(policy)}`}`,
    `${plan.result}: ${plan.message}`,
    ...(affinity === undefined ? [] : [`Term: ${affinity}`]),
    ...(selection === undefined ? [] : [`Selection: ${selection}`]),
    ...(division === undefined ? [] : [`Division: ${division}`]),
    ...(plan.clusters.length === 0 ? [] : ['', ...printTable(COLUMNS, plan.clusters.map(cellsOf), '  ')]),
  ]
  return lines.map(line => `${printable(line).trimEnd()}\n`).join('')
}

function describe({ kind, namespace, name }: Reference): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`
}

function cellsOf({ name, verdict, score, available, replicas, before, reason }: PlannedCluster): readonly string[] {
  return [name, verdict, textOf(score), textOf(available), replicasText({ replicas, before }), reason]
}

function textOf(value: number | undefined): string {
  return value === undefined ? NOTHING : String(value)
}

/** With what there is now, where that is something else. */
function replicasText({ replicas, before }: { replicas: number | undefined; before: number | undefined }): string {
  return before === undefined || before === replicas ? textOf(replicas) : `${textOf(replicas)} (now ${before})`
}
