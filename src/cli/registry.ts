import { defineCompletion } from './completion/command.ts'
import { defineDescribe } from './describe/command.ts'
import { defineDoctor } from './doctor/command.ts'
import { defineDrain } from './drain/command.ts'
import { defineEvents } from './events/command.ts'
import { defineExec } from './exec/command.ts'
import { defineGet } from './get/command.ts'
import { defineInterpret } from './interpret/command.ts'
import { defineJoin } from './join/command.ts'
import { defineLogs } from './logs/command.ts'
import { defineMigrate } from './migrate/command.ts'
import { definePlan } from './plan/command.ts'
import { definePromote } from './promote/command.ts'
import { defineRegister } from './register/command.ts'
import { defineDiff, defineRender } from './render/command.ts'
import { defineStatus } from './status/command.ts'
import { defineCordon, defineTaint, defineUncordon } from './taint/command.ts'
import type { DefineCommand } from './terminal.ts'
import { defineToken } from './token/command.ts'
import { defineTop } from './top/command.ts'
import { defineTree } from './tree/command.ts'
import { defineUnjoin } from './unjoin/command.ts'
import { defineUnregister } from './unregister/command.ts'
import { defineOptions, defineVersion } from './version/command.ts'
import { defineWhy } from './why/command.ts'

/** Every command, in the order of `--help`; each has its section in docs/reference/cli.md. */
export const COMMANDS: readonly DefineCommand[] = [
  defineJoin,
  defineUnjoin,
  defineToken,
  defineRegister,
  defineUnregister,
  defineCordon,
  defineUncordon,
  defineTaint,
  defineDrain,
  definePromote,
  defineDoctor,
  defineWhy,
  defineExec,
  defineStatus,
  defineTree,
  defineGet,
  defineDescribe,
  defineEvents,
  defineTop,
  defineLogs,
  definePlan,
  defineInterpret,
  defineRender,
  defineDiff,
  defineMigrate,
  defineCompletion,
  defineVersion,
  defineOptions,
]
