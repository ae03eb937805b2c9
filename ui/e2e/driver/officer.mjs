// SPDX-License-Identifier: Apache-2.0
// What people do at a desk, in their own words. Specs speak to this and never to a page.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const LONG = { timeout: 30_000 }

export class Officer {
  constructor(desk) {
    this.desk = desk
    this.page = desk.raw
  }

  /** Duty officers begin at the queue, everybody else where his work is. */
  async logsIn(who = 'chen', at) {
    await this.desk.login(who)
    if (at) return this.opens(at)
    return this.page.waitForSelector('[data-testid=queue] [data-alert]', LONG)
  }

  async failsToLogIn(name, password) {
    await this.page.goto(`${this.desk.base}/login`)
    await this.page.fill('#login-name', name)
    await this.page.fill('#login-pass', password)
    await this.page.keyboard.press('Enter')
    return this.page.textContent('[role=alert]', LONG)
  }

  async presses(...keys) {
    for (const k of keys) await this.page.keyboard.press(k)
  }

  async selects() {
    return this.page.getAttribute('[data-testid=queue] [aria-selected=true]', 'data-alert', LONG)
  }

  rows() {
    return this.page.$$eval('[data-testid=queue] [data-alert]', (list) => list.map((x) => x.getAttribute('data-alert')))
  }

  async seesState(alert, state) {
    await this.page.waitForSelector(`[data-alert="${alert}"][data-state=${state}]`, LONG)
  }

  async seesGone(alert) {
    await this.page.waitForSelector(`[data-testid=queue] [data-alert="${alert}"]`, { state: 'detached', ...LONG })
  }

  async seesRow(alert) {
    await this.page.waitForSelector(`[data-testid=queue] [data-alert="${alert}"]`, LONG)
  }

  async answers(digit) {
    await this.page.waitForSelector('[data-testid=reasons]', LONG)
    await this.page.keyboard.press(digit)
  }

  async opens(path) {
    await this.page.goto(`${this.desk.base}${path}`)
    await this.page.waitForSelector('h1', LONG)
  }

  /** On a phone queue and map take turns. */
  async turnsToMap() {
    const chip = this.page.locator('.switch .chip').nth(1)
    if (await chip.isVisible()) await chip.click()
  }

  async sees(selector) {
    await this.page.waitForSelector(selector, LONG)
  }

  async reads(selector) {
    return this.page.textContent(selector, LONG)
  }

  address() {
    return this.page.url()
  }

  async violations() {
    await this.page.evaluate(axe)
    const found = await this.page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }))
    return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')}`)
  }

  /** Another person at the same desk. */
  async becomes(who, at) {
    await this.page.context().clearCookies()
    await this.logsIn(who, at)
  }

  async answersFour() {
    await this.page.waitForSelector('[data-testid=record-form]', LONG)
    for (const q of await this.page.locator('[data-question] .seg').all()) await q.locator('button').first().click()
    const step = await this.page.textContent('[data-testid=record-form] h2')
    await this.page.click('[data-testid=record-submit]')
    await this.page.waitForFunction((s) => document.querySelector('[data-testid=record-form] h2')?.textContent !== s, step, LONG)
  }

  async answersEight() {
    await this.page.waitForSelector('[data-item]', LONG)
    for (const q of await this.page.locator('[data-item] .seg').all()) await q.locator('button').first().click()
    await this.page.click('[data-testid=review-pass]')
  }

  /** Opens the form of a step that may be taken now. */
  async begins(step) {
    await this.page.waitForSelector('[data-testid=timeline]', LONG)
    await this.page.click(`[data-testid=steps] [data-step="${step}"][data-group=now] button`, LONG)
    await this.page.waitForSelector('[data-testid=step-form]', LONG)
  }

  async writes(field, text) {
    await this.page.fill(`[data-field="${field}"] .inp`, text)
  }

  async submits() {
    await this.page.click('[data-testid=step-submit]', LONG)
  }

  /** Takes one step to its end: answers what is asked, confirms what cannot be taken back. */
  async takes(step, { password, yes = true } = {}) {
    await this.begins(step)
    const form = this.page.locator('[data-testid=step-form]')
    for (const q of await form.locator('.q .seg').all()) await q.locator('button').nth(yes ? 0 : 1).click()
    if (await form.locator('[data-testid=sure]').count() > 0) await form.locator('[data-testid=sure]').check()
    if (await form.locator('#f-password').count() > 0) await form.locator('#f-password').fill(password ?? '')
    await this.submits()
    await this.page.waitForSelector('[data-testid=step-form]', { state: 'detached', ...LONG })
    await this.page.waitForSelector(`[data-testid=timeline] [data-event="${step}"]`, LONG)
  }

  /** What waits, each with the codes of what is missing. */
  async waits() {
    await this.page.waitForSelector('[data-testid=steps]', LONG)
    return this.page.$$eval('[data-testid=steps] [data-group=blocked]', (list) => Object.fromEntries(list.map((x) => [x.getAttribute('data-step'), [...x.querySelectorAll('[data-unmet]')].map((u) => u.getAttribute('data-unmet'))])))
  }

  mayNow() {
    return this.page.$$eval('[data-testid=steps] [data-group=now]', (list) => list.map((x) => x.getAttribute('data-step')))
  }

  /** Makes something happen on the mock's side. */
  async happens(what) {
    const r = await fetch(`${this.desk.base}/mock/control`, { method: 'POST', body: JSON.stringify(what) })
    if (!r.ok) throw new Error(`control ${r.status}`)
    return r.json()
  }
}
