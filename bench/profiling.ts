import { measureBurst } from './burst.ts'
import type { Question } from './question.ts'

/** A burst again, while the operator is profiled: its own figures are of that, and not comparable with those of `burst`. */
export const profiling: Question = {
  name: 'profiling',
  asks: 'where the CPU time of the operator goes during a burst',
  clusters: 'own',
  start: { profile: true },
  objects: 1000,
  measure: async (clusters, objects) => ({
    ...(await measureBurst(clusters, objects)),
    question: 'profiling',
    bare: {},
  }),
}
