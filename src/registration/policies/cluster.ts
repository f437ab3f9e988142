import { CLUSTER } from '../../api/kinds.ts'
import {
  type AdmissionPolicy,
  admissionPolicy,
  type Validation,
  type Variable,
  WHEN_SPEC_CHANGES,
} from './admission-policy.ts'
import { listAt } from './cel.ts'

const quantityOf = (expression: string): string => `quantity(string(${expression}))`

// Grades may come in any order: the operator sorts them. The first grade starts at 0 and the last has no end, whatever is
// written there, so these two ends are not compared.
const VARIABLES: readonly Variable[] = [
  { name: 'models', expression: listAt('object.spec', 'resourceModels') },
  { name: 'grades', expression: 'variables.models.map(m, m.grade)' },
  {
    name: 'uniform',
    expression: `variables.models.all(m, m.ranges.map(r, r.name) == variables.models[0].ranges.map(r, r.name))`,
  },
]

/** True of each model `m` and the model `n` of the next higher grade. */
function forNeighbours(condition: string): string {
  const isNext = 'n.grade > m.grade && !variables.grades.exists(g, g > m.grade && g < n.grade)'
  return `!variables.uniform || variables.models.all(m, variables.models.all(n, !(${isNext}) || (${condition})))`
}

const indexOf = 'm.ranges.map(r, r.name).indexOf(r.name)'

/** @source spec/api/admission.md §15, resourceModels. */
const RESOURCE_MODELS: readonly Validation[] = [
  {
    expression: 'variables.grades.all(g, variables.grades.exists_one(h, h == g))',
    message: 'spec.resourceModels: each grade must be there once: renumber the repeated one',
  },
  {
    expression: 'variables.uniform',
    message:
      'spec.resourceModels: all grades must have the same resources in the same order: compare the names in ranges',
  },
  {
    expression: `variables.models.all(m, m.grade == variables.grades.max() || m.ranges.all(r, m.grade == variables.grades.min()
      ? sign(${quantityOf('r.max')}) > 0
      : ${quantityOf('r.max')}.isGreaterThan(${quantityOf('r.min')})))`,
    message: 'spec.resourceModels: max must be greater than min in every range',
  },
  {
    expression: forNeighbours(
      `m.ranges.all(r, ${quantityOf('r.max')}.compareTo(${quantityOf(`n.ranges[${indexOf}].min`)}) == 0)`,
    ),
    message: 'spec.resourceModels: min must equal max of the next lower grade, so that no amount falls between grades',
  },
]

/** What the CRD of Cluster cannot express. */
export const CLUSTER_ADMISSION: readonly AdmissionPolicy[] = [
  admissionPolicy({
    name: CLUSTER.plural,
    resources: [CLUSTER],
    matchConditions: [WHEN_SPEC_CHANGES],
    variables: VARIABLES,
    validations: RESOURCE_MODELS,
  }),
]
