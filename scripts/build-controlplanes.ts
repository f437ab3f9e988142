// Compiles the programs of the control planes into the cache, unless they are there. Tests, demo and bench do so too when
// they need them; alone, it shows how far it is.
import { ensureBinaries } from '../e2e/controlplane/binaries.ts'

await ensureBinaries()
