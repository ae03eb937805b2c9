// SPDX-License-Identifier: Apache-2.0
// Pictures of pages for looking at: node e2e/shot.mjs NAME PATH [--as login] [--theme night] [--lang en] [--size WxH] [--keys "j j a"] [--wait ms]
import { Browser } from './driver/browser.mjs'

const option = (name, otherwise) => {
  const i = process.argv.indexOf(`--${name}`)
  return i < 0 ? otherwise : process.argv[i + 1]
}
const [name, path] = process.argv.slice(2)
const [width, height] = option('size', '1440x900').split('x').map(Number)
const browser = await Browser.open({ width, height })
const page = await browser.desk({ theme: option('theme', 'desk'), language: option('lang', 'zh') })
const as = option('as', 'chen')
if (as !== 'nobody') await page.login(as)
await page.raw.goto(`${browser.base}${path}`)
await page.raw.waitForTimeout(Number(option('wait', 2500)))
for (const k of (option('keys', '') || '').split(' ').filter(Boolean)) {
  await page.raw.keyboard.press(k)
  await page.raw.waitForTimeout(150)
}
const click = option('click')
if (click) {
  await page.raw.click(click)
  await page.raw.waitForTimeout(800)
}
await page.raw.waitForTimeout(400)
await page.raw.screenshot({ path: `e2e/out/${name}.png` })
process.stdout.write(page.problems.map((p) => `${p}\n`).join(''))
await browser.close()
