// SPDX-License-Identifier: Apache-2.0
// The page against the real server: starts `xiezhi serve --demo` on a port and a data folder of its own.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ui = join(dirname(fileURLToPath(import.meta.url)), '..')
const program = process.env.XIEZHI ?? join(ui, '../build/app/xiezhi')
const { specs } = await import('./specs/real.mjs')
const end = (passed, failed, skipped) => {
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  process.exit(failed > 0 ? 1 : 0)
}
if (!existsSync(program)) {
  process.stdout.write(`skip  the real server: ${program} is not built\n`)
  end(0, 0, specs.length)
}
const free = () => new Promise((done) => {
  const s = createServer().listen(0, '127.0.0.1', () => {
    const { port } = s.address()
    s.close(() => done(port))
  })
})
const port = await free()
const data = mkdtempSync(join(tmpdir(), 'xiezhi-e2e-'))
const server = spawn(program, ['serve', '--demo', '--listen', `127.0.0.1:${port}`, '--data', data, '--page', join(ui, 'dist')], { cwd: join(ui, '..'), stdio: ['ignore', 'ignore', 'inherit'] })
process.env.BASE_URL = `http://127.0.0.1:${port}`
const until = Date.now() + 90_000
const up = async () => (await fetch(`${process.env.BASE_URL}/healthz`).catch(() => undefined))?.ok === true
while (server.exitCode === null && Date.now() < until && !(await up())) await new Promise((done) => setTimeout(done, 500))

const { Browser } = await import('./driver/browser.mjs')
const { Officer } = await import('./driver/officer.mjs')
const browser = await Browser.open()
let failed = 0
let ran = 0
const only = process.argv[2]
for (const spec of specs.filter((s) => !only || s.name.includes(only))) {
  const page = await browser.desk({ size: { width: 1440, height: 900 } })
  try {
    await spec.run(new Officer(page), server)
    if (page.problems.length > 0) throw new Error(page.problems.join('\n'))
    process.stdout.write(`ok    server: ${spec.name}\n`)
  } catch (e) {
    failed += 1
    process.stdout.write(`FAIL  server: ${spec.name}\n${e.stack}\n`)
  }
  ran += 1
  await page.raw.context().close()
}
await browser.close()
server.kill('SIGTERM')
await new Promise((done) => (server.exitCode === null ? server.once('exit', done) : done()))
rmSync(data, { recursive: true, force: true })
end(ran - failed, failed, 0)
