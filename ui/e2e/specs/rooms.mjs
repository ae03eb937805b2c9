// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'

const away = (o, testid) => o.page.waitForSelector(`[data-testid=${testid}]`, { state: 'detached', timeout: 30_000 })

export const specs = [
  { name: 'officer, reviewer and leader take one case from alert to archive, each only what is theirs', as: 'liang', mock: true, only: 'desk', async run(o) {
    // An alert judged true becomes a case, with everything the alert knows.
    const alert = await o.happens({ alert: { rule: 'r.bridge-speed', age_ms: 1000 } })
    await o.opens(`/alerts/${alert.id}`)
    for (const key of ['a', 'v', 'c']) {
      await o.page.locator('.acts .btn').filter({ has: o.page.locator(`kbd:text-is("${key.toUpperCase()}")`) }).waitFor({ timeout: 30_000 })
      await o.presses(key)
    }
    await o.page.waitForURL(/\/cases\/2026-/, { timeout: 30_000 })
    const no = /2026-\d+/.exec(o.address())[0]
    assert.match(await o.reads('h1'), /桥区超速/)
    const at = `/cases/${no}`
    const as = async (who, ...steps) => {
      await o.becomes(who, at)
      for (const step of steps) await o.takes(step, { password: `${who}-demo` })
    }
    // He may register and propose, and is told who may approve.
    await as('liang', 'accept_lead', 'propose')
    assert.deepEqual((await o.waits()).approve_filing, ['role:leader'])
    await as('feng', 'approve_filing')
    assert.deepEqual(await o.mayNow(), [])
    await as('liang', 'collect', 'preserve', 'collect', 'preserve_dispose', 'finish')
    await as('tan', 'pass')
    await as('feng', 'intend_penalty')
    await as('liang', 'served(D11)', 'window_over')
    assert.ok((await o.waits()).review_pass.includes('role:reviewer'))
    // The reviewer answers eight questions beside the draft; the leader waits until then.
    await o.becomes('feng', at)
    assert.deepEqual((await o.waits()).review_pass, ['role:reviewer'])
    await o.becomes('he', `/cases/${no}/review`)
    await o.answersEight()
    await o.page.waitForURL(new RegExp(`${at}$`), { timeout: 30_000 })
    await as('feng', 'decide')
    await as('liang', 'served(D15)', 'pay', 'published', 'performed')
    await as('feng', 'approve_close')
    await as('mai', 'archive')
    assert.match(await o.reads('[data-testid=chain]'), /完好/)
    assert.match(await o.reads('.stg .now'), /归档/)
  } },
  { name: 'a decision that cannot be taken back repeats object and sum, and asks for the password again', as: 'feng', at: '/cases/2026-0037', mock: true, only: 'phone', async run(o) {
    await o.begins('decide')
    assert.match(await o.reads('[data-testid=step-form] .danger'), /高明永兴运输部.*7,000 元（柒仟元整）/)
    await o.submits()
    await o.page.check('[data-testid=sure]')
    await o.page.fill('#f-password', 'not-it-at-all')
    await o.submits()
    await o.sees('[data-testid=step-form] [role=alert]')
    await o.page.fill('#f-password', 'feng-demo')
    await o.submits()
    await away(o, 'step-form')
    await o.sees('[data-event=decide]')
  } },
  { name: 'two reviewers answer four questions, and neither sees the other before both are in', as: 'liang', at: '/review/records', mock: true, only: 'phone', async run(o) {
    const at = '/cases/2026-0041/record'
    await o.page.click('[data-testid=records] [data-case="2026-0041"]')
    await o.answersFour()
    // The same person is not the second; another one is, and the first answers stay sealed.
    await o.sees('[data-testid=record-waits] [data-unmet="distinct:review2"]')
    await o.becomes('su', at)
    assert.match(await o.reads('[data-testid=given]'), /封存/)
    const told = await o.page.evaluate(async () => (await fetch('/api/cases/2026-0041')).json())
    assert.deepEqual(told.events.find((e) => e.event === 'review1').data, {})
    await o.answersFour()
    await o.sees('[data-testid=given] table')
    assert.equal(await o.page.locator('[data-testid=given] td').count(), 8)
  } },
  { name: 'the reviewer is shown what differs first, and returns with reasons only', as: 'he', at: '/cases/2026-0039/review', mock: true, async run(o) {
    if (await o.page.locator('[data-testid=return]').count() === 0) await o.sees('[data-testid=return]')
    assert.equal(await o.page.getAttribute('[data-anchor="4"]', 'aria-pressed'), 'true')
    assert.match(await o.reads('[data-testid=differs]'), /1/)
    await o.page.click('[data-testid=return] summary')
    await o.page.click('[data-testid=review-return]')
    assert.match(await o.reads('[data-testid=return]'), /请写明理由/)
  } },
  { name: 'the leader has one page a case and says no with reasons', as: 'feng', at: '/approve', mock: true, async run(o) {
    await o.sees('[data-testid=summary]')
    await o.page.click('[data-testid=approve-queue] [data-case="2026-0030"]')
    await o.sees('[data-yes=approve_close]')
    assert.match(await o.reads('[data-testid=summary]'), /20,000 元 贰万元整/)
  } },
  { name: 'all round a party', as: 'liang', at: '/parties', mock: true, async run(o) {
    await o.page.click('[data-party=p1] a')
    await o.sees('[data-testid=party-cases] [data-case]')
  } },
  { name: 'anybody may check a document, and is shown nothing personal', login: false, mock: true, async run(o) {
    await o.opens('/verify/FS20260042D11')
    await o.sees('[data-testid=verdict][data-state=valid]')
    const said = await o.reads('main')
    assert.doesNotMatch(said, /顺达|梁志恒|冯启明|超速|元/)
    assert.deepEqual(await o.violations(), [])
    await o.opens('/verify/FS20269999D11')
    await o.sees('[data-testid=verdict][data-state=unknown]')
    assert.deepEqual(await o.violations(), [])
  } },
  ...[['he', '/review'], ['he', '/cases/2026-0039/review'], ['feng', '/approve'], ['tan', '/review/records'], ['tan', '/cases/2026-0041/record'], ['liang', '/parties'], ['liang', '/parties/p1'], ['liang', '/cases/2026-0042/evidence/E1'], ['liang', '/field']].map(([as, at]) => ({ name: `axe finds nothing on ${at}`, as, at, mock: true, async run(o) {
    await o.page.waitForTimeout(700)
    assert.deepEqual(await o.violations(), [])
  } })),
  ...[['he', '/cases/2026-0039/review'], ['liang', '/cases/2026-0042'], ['feng', '/approve'], ['liang', '/cases']].map(([as, at]) => ({ name: `axe finds nothing on ${at} at night in English`, as, at, theme: 'night', language: 'en', mock: true, async run(o) {
    await o.page.waitForTimeout(700)
    assert.deepEqual(await o.violations(), [])
  } })),
]
