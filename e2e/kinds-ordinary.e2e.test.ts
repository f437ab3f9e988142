import { jest } from '@jest/globals'
import { describeKinds } from './kinds-suite.ts'
import { useFleet } from './test-fleet.ts'

// Where the host's own controllers would run every template, if they were not parked.

jest.setTimeout(300_000)

// docs/reference/host.md: budgets and autoscalers are not parked, and their controllers write what they see.
describeKinds(useFleet({ host: 'ordinary', members: 3 }), {
  ownStatus: ['PodDisruptionBudget', 'HorizontalPodAutoscaler'],
})
