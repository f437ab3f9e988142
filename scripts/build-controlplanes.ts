// Compiles the programs of the control planes and the engines of GitOps tools into the cache, unless they are there, and
// where this machine can have real nodes, theirs too. Tests, demo and bench do so when they need them; alone, it shows how far it is.
import { ensureBinaries } from '../e2e/controlplane/binaries.ts'
import { newReporter } from '../e2e/controlplane/progress.ts'
import { installRequirements, realNodeObstacle } from '../e2e/controlplane/real-node/requirements.ts'
import { GITOPS_BINARY_NAMES, NODE_BINARY_NAMES } from '../e2e/controlplane/recipes.ts'

const reporter = newReporter()
await ensureBinaries(undefined, { reporter })
await ensureBinaries(GITOPS_BINARY_NAMES, { reporter })
try {
  await installRequirements(reporter)
} catch (error) {
  // The tests that want a real node are skipped then, and say why.
  reporter.line(`no packages for real nodes: ${error instanceof Error ? error.message : String(error)}`)
}
const obstacle = realNodeObstacle()
if (obstacle === undefined) await ensureBinaries(NODE_BINARY_NAMES, { reporter })
else reporter.line(`no real nodes on this machine: ${obstacle}`)
