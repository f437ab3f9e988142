import { jest } from '@jest/globals'
import { describeKinds } from './kinds-suite.ts'
import { useFleet } from './test-fleet.ts'

// Where nothing runs on the host.

jest.setTimeout(300_000)

// As Karmada's own apiserver: nothing on a dedicated host would ever take the protection of volumes away again.
const apiserverFlags = ['--disable-admission-plugins=StorageObjectInUseProtection']
describeKinds(useFleet({ host: { kind: 'dedicated', apiserverFlags }, members: 3 }))
