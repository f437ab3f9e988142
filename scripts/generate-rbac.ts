// Writes the chart's roles, and the page that explains them, from what the operator's parts declare (src/host-rules.ts).
import { join } from 'node:path'
import { DECLARED_AGENT_RULES } from '../src/agent-rules.ts'
import { DECLARED_RULES } from '../src/host-rules.ts'
import { AGENT_TEMPLATE, renderAgentRoles } from './agent-chart.ts'
import { bringUpToDate } from './generated-files.ts'
import { renderRoles } from './rbac-chart.ts'
import { PERMISSIONS_PAGE, renderPermissionsPage } from './rbac-page.ts'

const page = renderPermissionsPage(DECLARED_RULES, DECLARED_AGENT_RULES)
const files = new Map([...renderRoles(DECLARED_RULES), [PERMISSIONS_PAGE, page], [AGENT_TEMPLATE, renderAgentRoles()]])
for (const path of bringUpToDate(join(import.meta.dirname, '..'), files)) process.stdout.write(`written: ${path}\n`)
