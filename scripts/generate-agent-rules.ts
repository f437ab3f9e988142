// Writes what agents are allowed, as data for the commands that make their roles, from what its parts declare
// (src/agent-rules.ts).
import { join } from 'node:path'
import { DECLARED_AGENT_RULES } from '../src/agent-rules.ts'
import { AGENT_RULES_FILE, renderAgentRules } from './agent-rules.ts'
import { bringUpToDate } from './generated-files.ts'

const files = new Map([[AGENT_RULES_FILE, renderAgentRules(DECLARED_AGENT_RULES)]])
for (const path of bringUpToDate(join(import.meta.dirname, '..'), files)) process.stdout.write(`written: ${path}\n`)
