// SPDX-License-Identifier: Apache-2.0
// One headless browser and its desks. Nothing may leave this machine, and a console error is a failed test.
import { chromium } from 'playwright-core'

export const BASE = process.env.BASE_URL ?? 'http://127.0.0.1:18080'
const FLAGS = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-default-apps', '--no-first-run', '--mute-audio', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']

export class Browser {
  static async open(size = { width: 1440, height: 900 }) {
    const chrome = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS })
    return new Browser(chrome, size)
  }

  constructor(chrome, size) {
    this.chrome = chrome
    this.size = size
    this.base = BASE
  }

  async desk({ theme = 'desk', language = 'zh', size = this.size, touch = false } = {}) {
    const context = await this.chrome.newContext({ viewport: size, locale: language === 'zh' ? 'zh-CN' : 'en-GB', hasTouch: touch, reducedMotion: 'reduce' })
    await context.addInitScript(([t, l]) => {
      if (!localStorage.getItem('xiezhi.prefs')) localStorage.setItem('xiezhi.prefs', JSON.stringify({ theme: t, language: l }))
    }, [theme, language])
    const page = await context.newPage()
    return new Desk(page, this.base)
  }

  async close() {
    await this.chrome.close()
  }
}

export class Desk {
  problems = []
  constructor(page, base) {
    this.raw = page
    this.base = base
    page.on('console', (m) => {
      if (m.type() === 'error' && !/Failed to load resource|net::ERR/.test(m.text())) this.problems.push(`console: ${m.text().slice(0, 300)}`)
    })
    page.on('pageerror', (e) => this.problems.push(`page: ${String(e.stack ?? e).slice(0, 600)}`))
    page.on('request', (r) => {
      const u = r.url()
      if (!u.startsWith(base) && !u.startsWith('blob:') && !u.startsWith('data:')) this.problems.push(`left the machine: ${u}`)
    })
  }

  async login(who) {
    await this.raw.goto(`${this.base}/login`)
    await this.raw.click(`[data-testid=demo-${who}]`)
    await this.raw.waitForURL((u) => !u.pathname.startsWith('/login'))
  }
}
