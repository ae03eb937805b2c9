// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'

/** name -> what must hold; `mock` marks those that need the mock's control. */
export const specs = [
  { name: 'a wrong password is told in words, without saying which part was wrong', login: false, async run(o) {
    assert.match(await o.failsToLogIn('chen', 'not-the-password'), /用户名或口令不对/)
  } },
  { name: 'the queue is worked by keyboard, and an act is taken back', async run(o) {
    await o.presses('j')
    const first = await o.selects()
    await o.presses('a')
    await o.seesState(first, 'acknowledged')
    await o.presses('z')
    await o.seesState(first, 'new')
  } },
  { name: 'a false alarm needs a reason and leaves the queue', async run(o) {
    await o.presses('j')
    const first = await o.selects()
    await o.presses('x')
    await o.answers('1')
    await o.seesGone(first)
    assert.notEqual(await o.selects(), first)
  } },
  { name: 'a link restores the moment and the selection', async run(o) {
    await o.presses('j')
    const first = await o.selects()
    await o.opens(`/desk/alerts?t=2026-03-17T13:41:18Z&sel=alert.${first}`)
    await o.turnsToMap()
    await o.sees('[data-testid=to-live]')
    assert.equal(await o.reads('[data-testid=shown-at]'), '21:41:18')
    assert.equal(await o.selects(), first)
    await o.presses('l')
    await o.page.waitForSelector('[data-testid=to-live]', { state: 'detached', timeout: 30_000 })
  } },
  { name: 'a lost line loses no row and doubles none', mock: true, async run(o) {
    const before = await o.rows()
    await o.happens({ refuse: true, drop: true }).catch(() => undefined)
    await o.sees('[data-testid=link-lost]')
    await o.happens({ alert: { rule: 'r.nogo' } })
    await o.happens({ refuse: false })
    await o.page.waitForFunction((n) => document.querySelectorAll('[data-testid=queue] [data-alert]').length === n, before.length + 1, { timeout: 60_000 })
    const after = await o.rows()
    assert.equal(new Set(after).size, after.length)
    for (const id of before) assert.ok(after.includes(id), id)
  } },
  { name: 'history the server no longer holds is read anew', mock: true, async run(o) {
    const before = await o.rows()
    await o.happens({ refuse: true, drop: true })
    await o.sees('[data-testid=link-lost]')
    await o.happens({ alert: { rule: 'r.dwell' } })
    await o.happens({ forget: true, refuse: false })
    await o.page.waitForFunction((n) => document.querySelectorAll('[data-testid=queue] [data-alert]').length === n, before.length + 1, { timeout: 60_000 })
  } },
  { name: 'axe finds nothing on the desk', async run(o) {
    await o.presses('j')
    await o.turnsToMap()
    await o.sees('[data-testid=card]')
    assert.deepEqual(await o.violations(), [])
  } },
  { name: 'axe finds nothing on an alert in full', async run(o) {
    await o.presses('j', 'Enter')
    await o.sees('.steps')
    assert.deepEqual(await o.violations(), [])
  } },
]
