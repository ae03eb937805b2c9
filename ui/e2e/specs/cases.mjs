// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'

const lines = (o, selector) => o.page.$$eval(selector, (list) => list.map((x) => x.textContent.replace(/\s+/g, ' ').trim()))

export const specs = [
  { name: 'cases stand by their nearest clock, and a stage opens what it counts', as: 'liang', at: '/cases', mock: true, async run(o) {
    await o.sees('[data-testid=cases] [data-case]')
    const clocks = await o.page.$$eval('[data-testid=cases] .cw', (list) => list.length)
    assert.ok(clocks > 5)
    const count = await o.reads('[data-testid=stages] [data-stage=notice] b')
    await o.page.click('[data-testid=stages] [data-stage=notice]')
    await o.page.waitForFunction((n) => document.querySelectorAll('[data-testid=cases] [data-case]').length === n, Number(count), { timeout: 30_000 })
    assert.match(o.address(), /stage=notice/)
  } },
  { name: 'what waits says for what, by which article, and until when', as: 'liang', at: '/cases/2026-0042', mock: true, async run(o) {
    const waits = await o.waits()
    assert.deepEqual(waits.window_over, ['clock:DEFENCE_WIN', 'clock:HEARING_REQ5'])
    const said = (await lines(o, '[data-step=window_over] li')).join()
    assert.match(said, /行政处罚法 44、45、62 条/)
    const clock = await o.reads('[data-testid=clocks] [data-clock=DECIDE90]')
    assert.match(clock, /余 \d+ 天/)
    assert.match(clock, /至 .*(24:00|顺延)/)
  } },
  { name: 'a draft outlives the page, and only the button writes an event', as: 'liang', at: '/cases/2026-0040', mock: true, async run(o) {
    const before = (await lines(o, '[data-testid=timeline] [data-event]')).length
    const [step] = await o.mayNow()
    await o.begins(step)
    const field = await o.page.locator('[data-field] input.inp, [data-field] textarea.inp').first()
    const name = await field.evaluate((x) => x.closest('[data-field]').getAttribute('data-field'))
    await o.writes(name, '写到一半')
    await o.page.waitForFunction(() => /已存稿/.test(document.querySelector('[data-testid=saved]')?.textContent ?? ''), undefined, { timeout: 30_000 })
    await o.opens('/cases/2026-0040')
    await o.begins(step)
    await o.sees('[data-testid=restored]')
    assert.equal(await o.page.inputValue(`[data-field="${name}"] .inp`), '写到一半')
    assert.equal((await lines(o, '[data-testid=timeline] [data-event]')).length, before)
  } },
  { name: 'a lost line keeps the form on this device and sends it once', as: 'tan', at: '/cases', mock: true, only: 'desk', async run(o) {
    await o.opens('/cases/2026-0038')
    await o.begins('pass')
    await o.happens({ refuse: true, drop: true }).catch(() => undefined)
    await o.submits()
    await o.sees('[data-testid=step-form] [role=alert]')
    await o.happens({ refuse: false })
    await o.submits()
    await o.page.waitForSelector('[data-testid=step-form]', { state: 'detached', timeout: 30_000 })
    await o.sees('[data-testid=timeline] [data-event=pass]')
    assert.equal((await lines(o, '[data-event=pass]')).length, 1)
  } },
  { name: 'two people on one case: nobody overwrites, what was typed stays', as: 'feng', at: '/cases', mock: true, only: 'desk', async run(o) {
    await o.opens('/cases/2026-0044')
    await o.begins('approve_filing')
    await o.writes('officers', '梁志恒、苏雅婷（我改的）')
    await o.happens({ case: { no: '2026-0044', as: 'feng', body: { event: 'approve_filing', data: { officers: 'x' } } } })
    await o.submits()
    await o.sees('[data-testid=conflict]')
    const said = await o.reads('[data-testid=conflict]')
    assert.match(said, /批准立案/)
    assert.match(said, /冯启明/)
    assert.equal(await o.page.inputValue('[data-field=officers] .inp'), '梁志恒、苏雅婷（我改的）')
  } },
  ...['/cases', '/cases/2026-0042', '/cases/2026-0039?tab=facts', '/cases/2026-0039?tab=documents', '/cases/2026-0037?tab=money', '/cases/new'].map((at) => ({ name: `axe finds nothing on ${at}`, as: 'liang', at, mock: true, async run(o) {
    await o.page.waitForTimeout(600)
    assert.deepEqual(await o.violations(), [])
  } })),
  { name: 'axe finds nothing on the form of a step that cannot be taken back', as: 'feng', at: '/cases/2026-0037', mock: true, async run(o) {
    await o.begins('decide')
    await o.page.waitForTimeout(500)
    assert.deepEqual(await o.violations(), [])
  } },
]
