// Writes what agents are allowed on the host, as data for the command that makes their roles, and as a table in the page
// about permissions (scripts/rbac-page.ts), from what its parts declare (src/agent-rules.ts).
import { join } from 'node:path'
import { DECLARED_AGENT_RULES } from '../src/agent-rules.ts'
import { AGENT_RULES_FILE, renderAgentRules } from './agent-rules.ts'
import { bringUpToDate } from './generated-files.ts'

const files = new Map([[AGENT_RULES_FILE, renderAgentRules(DECLARED_AGENT_RULES)]])
for (const path of bringUpToDate(join(import.meta.dirname, '..'), files)) process.stdout.write(`written: ${path}\n`)
