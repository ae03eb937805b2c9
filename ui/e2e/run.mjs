// SPDX-License-Identifier: Apache-2.0
// Runs the specs at desktop and phone size. Without BASE_URL it starts the mock on a port of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
let mock
if (!process.env.BASE_URL) {
  mock = spawn(process.execPath, [join(here, 'mock/server.mjs'), '--port', '0', '--targets', '200', '--quiet-alerts'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(mock.stdout, 'data')
  process.env.BASE_URL = /http:\S+/.exec(String(line))[0]
}
const { Browser } = await import('./driver/browser.mjs')
const { Officer } = await import('./driver/officer.mjs')
const { specs: desk } = await import('./specs/desk.mjs')
const { specs: cases } = await import('./specs/cases.mjs')
const { specs: rooms } = await import('./specs/rooms.mjs')
const specs = [...desk, ...cases, ...rooms]

const sizes = [{ name: 'desk', size: { width: 1440, height: 900 } }, { name: 'phone', size: { width: 390, height: 844 }, touch: true }]
const only = process.argv[2]
const browser = await Browser.open()
let failed = 0
let ran = 0
for (const { name, size, touch } of sizes) {
  for (const spec of specs) {
    if ((spec.mock && !mock) || (spec.only && spec.only !== name) || (only && !spec.name.includes(only))) continue
    const page = await browser.desk({ size, touch, theme: spec.theme, language: spec.language })
    const officer = new Officer(page)
    try {
      if (spec.login !== false) await officer.logsIn(spec.as, spec.at)
      await spec.run(officer)
      if (page.problems.length > 0) throw new Error(page.problems.join('\n'))
      process.stdout.write(`ok    ${name}: ${spec.name}\n`)
    } catch (e) {
      failed += 1
      process.stdout.write(`FAIL  ${name}: ${spec.name}\n${e.stack}\n`)
    }
    ran += 1
    await page.raw.context().close()
  }
}
await browser.close()
mock?.kill()
process.stdout.write(`${ran - failed} passed, ${failed} failed, 0 skipped\n`)
process.exit(failed > 0 || ran === 0 ? 1 : 0)
