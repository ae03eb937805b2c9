// SPDX-License-Identifier: Apache-2.0
// Against the real server and its demo: nothing is invented here, so nothing is counted on but what every demo has.
import assert from 'node:assert/strict'

const SLOW = 150_000
const rows = (o, n) => o.page.waitForFunction((k) => document.querySelectorAll('[data-testid=queue] [data-alert]').length >= k, n, { timeout: SLOW })

export const specs = [
  { name: 'log in, work the queue by keyboard, take an act back', async run(o) {
    await o.desk.login('duty')
    await rows(o, 1)
    await o.presses('g', 'j')
    const first = await o.selects()
    await o.presses('a')
    await o.seesState(first, 'acknowledged')
    await o.presses('z')
    await o.seesState(first, 'new')
  } },
  { name: 'scrub time, and come back to now', async run(o) {
    await o.desk.login('duty')
    await rows(o, 1)
    await o.presses('g', 'j')
    const at = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+Z/, 'Z')
    await o.opens(`/desk/alerts?t=${at}`)
    await o.sees('[data-testid=to-live]')
    await o.presses('l')
    await o.page.waitForSelector('[data-testid=to-live]', { state: 'detached', timeout: 30_000 })
  } },
  { name: 'lose the line and regain it: no row lost, none doubled', async run(o, server) {
    await o.desk.login('duty')
    await rows(o, 1)
    await o.presses('g')
    const before = await o.rows()
    // A server that stands still is a line that is dead: 15 s of silence, then the page says so and tries again.
    server.kill('SIGSTOP')
    await o.page.waitForSelector('[data-testid=link-lost]', { timeout: 60_000 })
    server.kill('SIGCONT')
    await o.page.waitForSelector('[data-testid=link-lost]', { state: 'detached', timeout: 60_000 })
    await o.presses('g')
    await o.page.waitForTimeout(1500)
    const after = await o.rows()
    assert.equal(new Set(after).size, after.length)
    const told = await o.page.evaluate(async () => (await fetch('/api/alerts?limit=500')).json())
    for (const id of before) if (told.items.some((a) => a.id === id)) assert.ok(after.includes(id), id)
  } },
]
