// Writes the chart's values, their schema and the page about them (scripts/chart-schema.ts) its Chart.yaml and its dashboard.
import { join } from 'node:path'
import { CHART_FILE, renderChart } from './chart-metadata.ts'
import {
  CHART_PAGE,
  renderChartPage,
  renderSchema,
  renderValues,
  VALUES_FILE,
  VALUES_SCHEMA_FILE,
} from './chart-values.ts'
import { DASHBOARD_FILE, renderDashboard } from './dashboard.ts'
import { bringUpToDate } from './generated-files.ts'

const files = new Map([
  [CHART_FILE, renderChart()],
  [DASHBOARD_FILE, renderDashboard()],
  [VALUES_FILE, renderValues()],
  [VALUES_SCHEMA_FILE, renderSchema()],
  [CHART_PAGE, renderChartPage()],
])
for (const path of bringUpToDate(join(import.meta.dirname, '..'), files)) process.stdout.write(`written: ${path}\n`)
