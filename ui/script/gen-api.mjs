// SPDX-License-Identifier: Apache-2.0
// Makes the page's types, its run-time checks and its error texts from api/*.yaml.
// With --check it writes nothing and fails when a file on disk differs: the contract drifted.
import { readFileSync, writeFileSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'

const here = dirname(fileURLToPath(import.meta.url))
const ui = join(here, '..')
const contract = parse(readFileSync(join(ui, '../api/openapi.yaml'), 'utf8'))
const errors = parse(readFileSync(join(ui, '../api/errors.yaml'), 'utf8')).errors
const head = '// SPDX-License-Identifier: Apache-2.0\n// Made by script/gen-api.mjs from api/openapi.yaml and api/errors.yaml. Do not edit.\n'

const refName = (ref) => ref.slice(ref.lastIndexOf('/') + 1)
const ident = (k) => (/^[A-Za-z_$][\w$]*$/.test(k) ? k : JSON.stringify(k))
const quote = (v) => `'${String(v).replace(/'/g, "\\'")}'`
const doc = (s, pad) => (s.description ? `${pad}/** ${s.description.trim().replace(/\s+/g, ' ').replace(/\*\//g, '* /')} */\n` : '')

function tsType(s, pad) {
  if (s.$ref) return refName(s.$ref)
  if (s.oneOf) return s.oneOf.map((x) => tsType(x, pad)).join(' | ')
  if (s.enum) return s.enum.map((v) => (typeof v === 'number' ? String(v) : quote(v))).join(' | ')
  switch (s.type) {
    case 'string': return s.format === 'binary' ? 'Blob' : 'string'
    case 'integer':
    case 'number': return 'number'
    case 'boolean': return 'boolean'
    case 'array': {
      const t = tsType(s.items, pad)
      return /[ |]/.test(t) && !t.startsWith('{') ? `(${t})[]` : `${t}[]`
    }
    case 'object': return s.properties ? tsObject(s, pad) : 'Record<string, unknown>'
    default: return 'unknown'
  }
}

function tsObject(s, pad) {
  const inner = pad + '  '
  const need = new Set(s.required ?? [])
  const rows = Object.entries(s.properties).map(
    ([k, v]) => `${doc(v, inner)}${inner}${ident(k)}${need.has(k) ? '' : '?'}: ${tsType(v, inner)}\n`)
  return `{\n${rows.join('')}${pad}}`
}

// The part of a schema that a run-time check reads, in the shortest form.
function compact(s) {
  if (s.$ref) return { ref: refName(s.$ref) }
  if (s.oneOf) return { any: s.oneOf.map(compact) }
  if (s.enum) return { enum: s.enum }
  if (s.type === 'array') return { items: compact(s.items) }
  if (s.type === 'object')
    return s.properties
      ? { need: s.required ?? [], props: Object.fromEntries(Object.entries(s.properties).map(([k, v]) => [k, compact(v)])) }
      : { t: 'object' }
  if (s.type === 'string' && s.format === 'date-time') return { t: 'time' }
  return s.type ? { t: s.type } : {}
}

function operations() {
  const out = []
  for (const [path, methods] of Object.entries(contract.paths)) {
    for (const [method, op] of Object.entries(methods)) {
      const params = (op.parameters ?? []).map((p) => (p.$ref ? contract.components.parameters[refName(p.$ref)] : p))
      const ok = Object.entries(op.responses).find(([code]) => code.startsWith('2'))
      const media = ok[1].content ? Object.entries(ok[1].content)[0] : undefined
      out.push({
        id: op.operationId, method: method.toUpperCase(), path, roles: op['x-roles'],
        pathParams: params.filter((p) => p.in === 'path'),
        query: params.filter((p) => p.in === 'query'),
        key: params.some((p) => p.name === 'Idempotency-Key'),
        body: op.requestBody?.content['application/json']?.schema,
        media: media?.[0], result: media?.[1].schema,
      })
    }
  }
  return out
}

function typesFile() {
  let s = head
  for (const [name, schema] of Object.entries(contract.components.schemas)) {
    s += '\n' + doc(schema, '')
    s += schema.type === 'object' && schema.properties
      ? `export interface ${name} ${tsObject(schema, '')}\n`
      : `export type ${name} = ${tsType(schema, '')}\n`
  }
  s += '\n/** One row per operation: what goes in, what comes out. */\nexport interface Operations {\n'
  for (const op of operations()) {
    const group = (list) => list.length
      ? `{ ${list.map((p) => `${ident(p.name)}${p.required ? '' : '?'}: ${tsType(p.schema, '  ')}`).join('; ')} }` : 'None'
    s += `  ${op.id}: { path: ${group(op.pathParams)}; query: ${group(op.query)}; `
    s += `body: ${op.body ? tsType(op.body, '  ') : 'None'}; result: ${op.result ? tsType(op.result, '  ') : 'undefined'} }\n`
  }
  const events = Object.entries(contract.paths['/api/events'].get['x-events'])
  s += '}\n\n/** An event of the stream: its name and its data. */\nexport type LiveEvent =\n'
    + events.map(([k, v]) => `  | { event: '${k}'; data: ${v} }\n`).join('') + '\n'
  return s + 'export type None = Record<never, never>\nexport type OperationId = keyof Operations\n'
}

function schemaFile() {
  const schemas = Object.fromEntries(Object.entries(contract.components.schemas).map(([k, v]) => [k, compact(v)]))
  const ops = Object.fromEntries(operations().map((o) => [o.id, {
    method: o.method, path: o.path, roles: o.roles, ...(o.key ? { key: true } : {}),
    ...(o.media && o.media !== 'application/json' ? { media: o.media } : {}),
    ...(o.result && o.media === 'application/json' ? { result: compact(o.result) } : {}),
  }]))
  const rows = (obj) => Object.entries(obj).map(([k, v]) => `  ${ident(k)}: ${JSON.stringify(v)},\n`).join('')
  const events = contract.paths['/api/events'].get['x-events']
  return head + "import type { OperationId } from '../domain/contract.gen'\nimport type { Shape, OperationRow } from './check'\n\n"
    + `export const schemas: Record<string, Shape> = {\n${rows(schemas)}}\n\n`
    + `export const operations: Record<OperationId, OperationRow> = {\n${rows(ops)}}\n\n`
    + `/** Schema of each event of the stream, by its name. */\nexport const eventSchemas = {\n${rows(events)}} as const\n`
}

function errorsFile() {
  const rows = Object.entries(errors).map(([k, v]) =>
    `  ${ident(k)}: { status: ${v.status}, zh: ${JSON.stringify(v.zh)}, en: ${JSON.stringify(v.en)} },\n`)
  return head + `\nexport const serverErrors = {\n${rows.join('')}} as const\n\nexport type ServerErrorCode = keyof typeof serverErrors\n`
}

const files = {
  'src/domain/contract.gen.ts': typesFile(),
  'src/api/schema.gen.ts': schemaFile(),
  'src/domain/errors.gen.ts': errorsFile(),
}
const check = process.argv.includes('--check')
let drift = 0
for (const [name, text] of Object.entries(files)) {
  const file = join(ui, name)
  if (check) {
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
      process.stderr.write(`${name}: differs from what api/*.yaml gives; run "npm run gen" and commit it\n`)
      drift = 1
    }
  } else {
    writeFileSync(file, text)
  }
}
process.exit(drift)
