import { expect, it } from '@jest/globals'
import { Histogram, Registry } from 'prom-client'
import { TalliedHistogram } from './tallied-histogram.ts'

const options = { name: 'seconds', help: 'How long.', labelNames: ['cluster', 'verb'], buckets: [0.1, 1] }
const seen = [
  { labels: { cluster: 'm1', verb: 'get' }, value: 0.1 },
  { labels: { cluster: 'm1', verb: 'get' }, value: 5 },
  { labels: { cluster: 'm2', verb: 'get' }, value: 0.5 },
]

it('tells what a histogram of prom-client tells', async () => {
  const [ours, theirs] = [new Registry(), new Registry()]
  const tallied = new TalliedHistogram({ ...options, registers: [ours] })
  const usual = new Histogram({ ...options, registers: [theirs] })
  for (const { labels, value } of seen) {
    tallied.series(labels)(value)
    usual.observe(labels, value)
  }
  expect(await ours.metrics()).toBe(await theirs.metrics())
})

it('drops series, and begins them anew', async () => {
  const registry = new Registry()
  const tallied = new TalliedHistogram({ ...options, registers: [registry] })
  for (const { labels, value } of seen) tallied.series(labels)(value)
  tallied.forget(({ cluster }) => cluster === 'm1')
  expect(await registry.metrics()).not.toContain('m1')
  tallied.series({ cluster: 'm1', verb: 'get' })(2)
  expect(await registry.metrics()).toContain('seconds_count{cluster="m1",verb="get"} 1')
})
