// Compiles the programs of the control planes and the engines of GitOps tools into the cache, unless they are there, and
// where this machine can have real nodes, theirs too, and what the operator's image begins with. Tests, demo and bench do so when they need them; alone, it shows how far it is.
import { ensureBinaries } from '../e2e/controlplane/binaries.ts'
import { newReporter } from '../e2e/controlplane/progress.ts'
import { installRequirements, realNodeObstacle } from '../e2e/controlplane/real-node/requirements.ts'
import { newBuildah } from '../e2e/controlplane/real-node/workload-image.ts'
import { GITOPS_BINARY_NAMES, NODE_BINARY_NAMES } from '../e2e/controlplane/recipes.ts'
import { localBases } from './image-bases.ts'

const reporter = newReporter()
await ensureBinaries(undefined, { reporter })
await ensureBinaries(GITOPS_BINARY_NAMES, { reporter })
try {
  await installRequirements(reporter)
} catch (error) {
  // The tests that want a real node are skipped then, and say why.
  reporter.line(`no packages for real nodes: ${messageOf(error)}`)
}
const obstacle = realNodeObstacle()
if (obstacle === undefined) await prepareRealNodes()
else reporter.line(`no real nodes on this machine: ${obstacle}`)

async function prepareRealNodes(): Promise<void> {
  await ensureBinaries(NODE_BINARY_NAMES, { reporter })
  try {
    await reporter.during("making the bases of the operator's image", () => localBases(newBuildah()))
  } catch (error) {
    // So are those that want the image.
    reporter.line(`no image of the operator on this machine: ${messageOf(error)}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
