// SPDX-License-Identifier: Apache-2.0
// Makes the names of statutes, clocks and instruments that a case speaks of by code, from packs/cn-core. With --check it writes nothing and fails on drift.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const ui = join(dirname(fileURLToPath(import.meta.url)), '..')
const law = (name) => parse(readFileSync(join(ui, `../packs/cn-core/law/${name}.yaml`), 'utf8'))[name]
const quote = (v) => `'${String(v).replace(/'/g, "\\'")}'`
const table = (name, list) => `export const ${name}: Names = {\n${list.map((s) => `  ${quote(s.code)}: { zh: ${quote(s.zh)}, en: ${quote(s.en)} },\n`).join('')}}\n`
const head = '// SPDX-License-Identifier: Apache-2.0\n// Made by script/gen-law.mjs from packs/cn-core/law. Do not edit.\ntype Names = Readonly<Record<string, { zh: string; en: string }>>\n'
const text = head + table('STATUTES', law('statutes')) + table('CLOCKS', law('clocks')) + table('DOCUMENTS', law('documents'))
const path = join(ui, 'src/domain/law.gen.ts')
const same = existsSync(path) && readFileSync(path, 'utf8') === text
if (process.argv.includes('--check')) {
  if (!same) {
    process.stderr.write(`${path} differs from packs/cn-core/law: run npm run gen\n`)
    process.exit(1)
  }
} else if (!same) writeFileSync(path, text)
