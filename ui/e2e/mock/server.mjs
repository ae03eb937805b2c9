// SPDX-License-Identifier: Apache-2.0
// The contract of api/openapi.yaml with an invented world behind it, for developing the page and for its own tests.
//   node e2e/mock/server.mjs [--port N] [--targets N] [--dist DIR] [--quiet-alerts]
// It is no product: passwords are printed on the log-in page and nothing is kept.
import { createServer } from 'node:http'
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { dirname, extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeTargets, positionAt, reportsBetween, ZONES } from './world.mjs'
import { Alerts, RULES } from './alerts.mjs'
import { Cases } from './cases.mjs'
import { Sources } from './sources.mjs'
import { Stream } from './stream.mjs'
import { ORG, USERS } from './people.mjs'
import { parse } from 'yaml'

const here = dirname(fileURLToPath(import.meta.url))
const option = (name, otherwise) => {
  const i = process.argv.indexOf(`--${name}`)
  return i < 0 ? otherwise : (process.argv[i + 1] ?? true)
}
const PORT = Number(option('port', process.env.MOCK_PORT ?? 8080))
const DIST = option('dist', join(here, '../../dist'))
const TARGETS = Number(option('targets', process.env.MOCK_TARGETS ?? 1200))
const contract = parse(readFileSync(join(here, '../../../api/openapi.yaml'), 'utf8'))
const errorList = parse(readFileSync(join(here, '../../../api/errors.yaml'), 'utf8')).errors

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2' }

const stream = new Stream()
const targets = makeTargets(TARGETS)
const alerts = new Alerts(targets, ZONES, (e, d) => stream.publish(e, d))
const sources = new Sources()
const cases = new Cases(USERS, (e, d) => stream.publish(e, d))
const sessions = new Map()
const fails = new Map()
let refuse = false
alerts.seed()

const routes = Object.entries(contract.paths).flatMap(([path, ops]) => Object.entries(ops).map(([method, op]) => ({
  method: method.toUpperCase(), op, match: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
})))

function json(res, status, body) {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  res.end(body === undefined ? '' : JSON.stringify(body))
}
function refuseWith(res, code, more = {}) {
  const e = errorList[code]
  json(res, e.status, { code, message: res.lang === 'en' ? e.en : e.zh, ...more })
}
const me = (s) => {
  const { password: _, ...u } = s.user
  return { ...u, csrf: s.csrf, expires: new Date(Date.now() + 1_800_000).toISOString(), must_change_password: false }
}

function login(res, body) {
  const user = USERS.find((u) => u.login === body.login)
  const n = fails.get(body.login) ?? 0
  if (n >= 10) return refuseWith(res, 'locked', { retry_after_s: 600 })
  if (!user || user.password !== body.password) {
    fails.set(body.login, n + 1)
    return refuseWith(res, 'bad_login')
  }
  fails.delete(body.login)
  const id = randomBytes(16).toString('hex')
  const s = { user, csrf: randomBytes(16).toString('hex') }
  sessions.set(id, s)
  res.setHeader('Set-Cookie', `xie_session=${id}; HttpOnly; SameSite=Strict; Path=/`)
  json(res, 200, me(s))
}

function box(text) {
  if (!text) return () => true
  const [w, s, e, n] = text.split(',').map(Number)
  return (p) => p.lat >= s && p.lat <= n && (w <= e ? p.lon >= w && p.lon <= e : p.lon >= w || p.lon <= e)
}

function snapshot(q) {
  const at = q.get('at') ? Date.parse(q.get('at')) : Date.now()
  const inside = box(q.get('bbox'))
  const text = q.get('q')
  const items = targets.map((t) => positionAt(t, at)).filter((p) => inside(p) && (!q.get('kind') || p.kind === q.get('kind')) && (!text || p.name.includes(text) || p.key.includes(text)))
  return { at: new Date(at).toISOString(), seq: stream.seq, items: items.slice(0, Number(q.get('limit') ?? 50)), total: items.length }
}

function card(key) {
  const t = targets.find((x) => x.key === key)
  if (!t) return undefined
  const mine = [...alerts.byId.values()].filter((a) => a.target.key === key)
  const digits = key.split('.')[1]
  return {
    key, kind: t.vessel ? 'vessel' : 'vehicle', name: t.name, position: positionAt(t, Date.now()), sub: t.sub, len_mm: t.size, sources: [t.vessel ? '佛山 2 号 AIS 基站' : '渣土车 808 网关'],
    ...(t.vessel ? { callsign: `B${digits.slice(-4)}`, destination: 'ZHONGSHAN', draught_mm: 2600, beam_mm: 11_000 } : { plate: t.name, plate_color: 'yellow' }), zones: [],
    first_seen: '2025-08-02T03:14:09.000Z',
    links: t.vessel ? [{ what: 'registration', value: `CN2017034${digits.slice(-4)}`, reason: '船检登记号一致' }, { what: 'party', value: '佛山顺达航运有限公司' }, { what: 'permit', value: '营运证 有效至 2027-06-30' }] : [{ what: 'terminal', value: digits }, { what: 'party', value: '顺河土石方工程有限公司' }],
    recent_alerts: mine, alerts_year: mine.length,
  }
}

function track(key, q) {
  const t = targets.find((x) => x.key === key)
  if (!t) return undefined
  const to = q.get('to') ? Date.parse(q.get('to')) : Date.now()
  const from = q.get('from') ? Date.parse(q.get('from')) : to - 3_600_000
  const most = Number(q.get('max_points') ?? 2000)
  const every = Math.max(t.every * 1000, Math.ceil((to - from) / most))
  const points = []
  let last
  for (let ms = from; ms <= to; ms += every) {
    const p = positionAt(t, ms)
    if (p.at === last) continue
    const brk = last !== undefined && Date.parse(p.at) - Date.parse(last) > Math.max(600_000, every * 3)
    last = p.at
    points.push({ at: p.at, lat: p.lat, lon: p.lon, speed_dmph: p.speed_dmph + Math.round(1852 * 6 * Math.sin(ms / 90_000)), course_cdeg: p.course_cdeg, ...(brk ? { brk: true } : {}) })
  }
  return { key, from: new Date(from).toISOString(), to: new Date(to).toISOString(), points, total: Math.floor((to - from) / (t.every * 1000)) }
}

function timeline(q) {
  const inside = (iso) => iso >= q.get('from') && iso < q.get('to')
  const list = [...alerts.byId.values()]
  return {
    from: q.get('from'), to: q.get('to'),
    alerts: list.filter((a) => inside(a.open)).map((a) => ({ id: a.id, level: a.level, state: a.state, open: a.open, title: a.title })),
    acts: list.flatMap((a) => alerts.acts.get(a.id).filter((x) => x.act !== 'open' && inside(x.at)).map((x) => ({ at: x.at, act: x.act, by: x.by.name, alert: a.id }))),
    gaps: [{ source: 'ais-3', name: '容桂 AIS 基站', from: new Date(Date.now() - 180_000).toISOString() }, { source: 'ais-1', name: '佛山 1 号 AIS 基站', from: new Date(Date.now() - 4_200_000).toISOString(), to: new Date(Date.now() - 3_900_000).toISOString() }],
  }
}

function search(q) {
  const text = (q.get('q') ?? '').toLowerCase()
  const hit = (s) => s?.toLowerCase().includes(text)
  const items = [
    ...targets.filter((t) => hit(t.name) || hit(t.key)).slice(0, 8).map((t) => ({ kind: 'target', id: t.key, title: t.name, sub: t.key, ...pick(positionAt(t, Date.now())) })),
    ...[...alerts.byId.values()].filter((a) => hit(a.title) || hit(a.target.name)).slice(0, 5).map((a) => ({ kind: 'alert', id: a.id, title: a.title, sub: a.target.name })),
    ...ZONES.features.filter((z) => hit(z.properties.name)).slice(0, 5).map((z) => ({ kind: 'zone', id: z.id, title: z.properties.name, sub: z.properties.layer })),
    ...cases.search(text),
  ]
  return { items: items.slice(0, Number(q.get('limit') ?? 20)) }
}
const pick = ({ lat, lon }) => ({ lat, lon })

function custody(id, user) {
  if (!alerts.byId.has(id)) return undefined
  const at = (ago) => new Date(Date.now() - ago).toISOString()
  const rows = [['seal', { id: 'system', name: '系统' }, 60_000, '判属实后封存'], ['check', { id: 'system', name: '系统' }, 58_000, ''], ['read', { id: user.id, name: user.name }, 0, '查看']]
  const items = rows.map(([act, by, ago, purpose], i) => ({ n: i + 1, at: at(ago), act, by, ...(purpose ? { purpose } : {}), hash: `${(i + 7) * 1013}`.padStart(64, 'a3') }))
  return { alert: id, hold: false, version: items.length, chain: { ok: true, count: items.length, head: items.at(-1).hash }, items }
}

const START = [['keys', true, '三员分立，密钥在本机加密库'], ['people', true, '11 人，4 人有执法证'], ['calendar', true, '2026 年已载入'], ['source', true, '5 个来源，4 个在线'], ['packs', true, 'cn-inland-waters 1.4.0'], ['zones', true, '11 个区域'], ['rules', true, '6 条规则'], ['backup', false, '']]

function stats() {
  const list = [...alerts.byId.values()]
  const day = new Date().toISOString().slice(0, 10)
  return {
    from: `${day}T00:00:00.000Z`, to: new Date().toISOString(), targets: { total: targets.length, moving: targets.filter((t) => !t.moored).length, silent: targets.filter((t) => t.silent).length },
    alerts: [1, 2, 3, 4].flatMap((level) => ['new', 'acknowledged', 'dismissed'].map((state) => ({ level, state, count: list.filter((a) => a.level === level && a.state === state).length }))),
    rules: RULES.map((r) => ({ rule: { id: r.id, name: r.name, name_en: r.name_en }, count: list.filter((a) => a.rule.id === r.id).length, true: 12, false: 3 })),
    days: [1, 2, 3, 4].map((level) => ({ day, level, count: list.filter((a) => a.level === level).length })), unopened: 0,
  }
}

const audit = []
function note(actor, action, object = '') {
  audit.unshift({ n: audit.length + 1, at: new Date().toISOString(), actor, action, object, from_addr: '127.0.0.1', hash: randomBytes(8).toString('hex') })
}

const page = (items) => ({ items, total: items.length })
const users = () => USERS.map(({ password: _, ...u }) => ({ ...u, enabled: u.enabled ?? true, locked: false }))

// One handler per operationId: (context) -> [status, body] or undefined for 404.
const handlers = {
  getHealth: () => [200, { ok: true, version: '0.1.0-mock', time: new Date().toISOString(), parts: [{ name: 'mock', ok: true }] }],
  getServer: () => [200, { name: '佛山水陆联合执法 · 演示数据', name_en: 'Foshan joint enforcement · demo data', version: '0.1.0-mock', time: new Date().toISOString(), utc_offset: '+08:00', demo: true, demo_accounts: USERS.map((u) => ({ login: u.login, password: u.password, name: u.name, roles: u.roles })), view: { lat: 22.885, lon: 113.17, zoom: 12.4 } }],
  getSession: ({ s }) => [200, me(s)],
  setPassword: () => [204],
  search: ({ q }) => [200, search(q)],
  listTargets: ({ q }) => [200, snapshot(q)],
  getTarget: ({ p }) => [200, card(p.key)],
  getTrack: ({ p, q }) => [200, track(p.key, q)],
  getTimeline: ({ q }) => [200, timeline(q)],
  listAlerts: ({ q, s }) => [200, { ...alerts.list(q, s.user), seq: stream.seq }],
  getAlert: ({ p }) => [200, alerts.detail(p.id)],
  actOnAlert: ({ p, body, key, s }) => {
    const [status, answer] = alerts.act(p.id, body, key, s.user)
    if (status === 200 && body.act === 'lead') cases.fromAlert(answer, s.user)
    note(s.user.login, 'act', p.id)
    return [status, answer]
  },
  listZones: () => [200, ZONES],
  listRules: () => [200, { items: RULES.map(({ zone: _z, limit: _l, ...r }) => r) }],
  listPacks: () => [200, { items: [{ id: 'cn-inland-waters', name: '内河水域', version: '1.4.0', digest: '9c41b2d08f36e07a', rules: RULES.length, zones: ZONES.features.length, loaded: new Date().toISOString() }] }],
  listSources: () => [200, { items: sources.all() }],
  getSource: ({ p }) => [200, sources.detail(p.id)],
  addSource: ({ body, s }) => {
    if (!/^(\[[0-9a-f:]+\]|[^:]+):\d+$/.test(body.address) && body.kind !== 'nmea_file' && body.kind !== 'nmea_serial') return [400, { code: 'bad_field', message: '有一项填写不对，其余已保留。', field: 'address', detail: `${body.address} 不是 主机:端口`, hint: '例如 10.20.4.12:4001' }]
    note(s.user.login, 'source_change', body.name)
    return [201, sources.add(body)]
  },
  setSource: ({ p, body }) => {
    const src = sources.list.find((x) => x.id === p.id)
    if (!src) return undefined
    Object.assign(src, body)
    stream.publish('source', sources.view(src))
    return [200, sources.view(src)]
  },
  getStart: () => [200, { steps: START.map(([id, done, detail]) => ({ id, done, ...(detail ? { detail } : {}) })) }],
  getStats: () => [200, stats()],
  listAudit: () => [200, page(audit)],
  listUsers: () => [200, { items: users() }],
  addUser: ({ body }) => {
    if (USERS.some((u) => u.login === body.login)) return [409, { code: 'conflict', message: '没有保存，用户名已有人用。', field: 'login' }]
    USERS.push({ ...body, id: `u${USERS.length + 1}`, org: ORG })
    return [201, users().at(-1)]
  },
  setUser: ({ p, body }) => {
    const u = USERS.find((x) => x.id === p.id)
    if (!u) return undefined
    const { unlock: _u, org: _o, ...rest } = body
    Object.assign(u, rest)
    return [200, users().find((x) => x.id === p.id)]
  },
  listOrgs: () => [200, { items: [ORG] }],
  listCases: ({ q, s }) => [200, cases.list(q, s.user)],
  openCase: ({ body, s }) => [201, cases.open(body, s.user)],
  getCase: ({ p, s }) => [200, cases.detail(p.no, s.user)],
  listSteps: ({ p, s }) => [200, cases.steps(p.no, s.user)],
  saveDraft: ({ p, body, s }) => [200, cases.draft(p.no, p.event, body, s.user)],
  addCaseEvent: ({ p, body, key, s }) => cases.event(p.no, body, key, s.user),
  getDocumentText: ({ p }) => [200, cases.text(p.no, p.doc)],
  listReviews: ({ q, s }) => [200, cases.reviews(s.user, q.get('mine') === 'true')],
  listParties: ({ q }) => [200, cases.parties(q.get('q') ?? '')],
  getParty: ({ p }) => [200, cases.dossier(p.id, [...alerts.byId.values()])],
  getEvidence: ({ p }) => {
    const d = alerts.detail(p.id)
    return d && [200, { alert: p.id, evidence: d.evidence, hold: false, custody: 3, ...(d.alert.case_no ? { case_no: d.alert.case_no } : {}), command: `xiezhi verify ${d.evidence.file}` }]
  },
  getCustody: ({ p, s }) => [200, custody(p.id, s.user)],
  verifyDocument: ({ p }) => [200, cases.verify(p.doc)],
}

function file(res, url) {
  let path = join(DIST, normalize(decodeURIComponent(url.pathname)))
  if (!path.startsWith(DIST) || !existsSync(path) || statSync(path).isDirectory()) path = join(DIST, 'index.html')
  if (!existsSync(path)) return json(res, 404, { code: 'not_found', message: 'build the page first: npm run build' })
  res.writeHead(200, {
    'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
    'Content-Security-Policy': "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'",
  })
  createReadStream(path).pipe(res)
}

// What tests need to make happen: lost lines, forgotten history, bursts, a second desk.
function control(body) {
  if (body.drop) stream.drop()
  if (body.forget) stream.forget()
  if (body.refuse !== undefined) refuse = body.refuse
  if (body.alert) {
    const made = alerts.make(body.alert.rule, body.alert.age_ms ?? 0, body.alert.over)
    stream.publish('alert', made)
    return made
  }
  if (body.case) return cases.event(body.case.no, { version: cases.all.get(body.case.no).events.length, data: {}, ...body.case.body }, `ctl-${Math.random()}`, USERS.find((u) => u.login === body.case.as))[1]
  if (body.act) alerts.act(body.act.id, body.act.body, `ctl-${Math.random()}`, USERS.find((u) => u.login === body.act.as))
  if (body.expire) sessions.clear()
  return undefined
}

async function read(req) {
  const parts = []
  for await (const c of req) parts.push(c)
  return parts.length === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString('utf8'))
}

async function api(req, res, url) {
  const hits = routes.map((r) => ({ r, m: r.match.exec(url.pathname) })).filter((x) => x.m)
  const hit = hits.find((x) => x.r.method === req.method)
  if (!hit) return refuseWith(res, hits.length > 0 ? 'method' : 'not_found')
  const { op } = hit.r
  const id = /xie_session=([0-9a-f]+)/.exec(req.headers.cookie ?? '')?.[1]
  const s = sessions.get(id)
  const roles = op['x-roles']
  if (!roles.includes('public')) {
    if (!s) return refuseWith(res, 'not_logged_in')
    if (!roles.includes('any') && !roles.some((r) => s.user.roles.includes(r))) return refuseWith(res, 'forbidden')
    if (req.method !== 'GET' && req.headers['x-csrf-token'] !== s.csrf) return refuseWith(res, 'csrf')
  }
  if (op.operationId === 'events') return stream.open(req, res, url)
  const body = req.method === 'GET' ? undefined : await read(req)
  if (op.operationId === 'login') return login(res, body)
  if (op.operationId === 'logout') {
    sessions.delete(id)
    return json(res, 204)
  }
  if (op.operationId === 'getDocument') {
    const pdf = cases.pdf()
    res.writeHead(200, { 'Content-Type': 'application/pdf' })
    return res.end(pdf)
  }
  const handler = handlers[op.operationId]
  const p = Object.fromEntries(Object.entries(hit.m.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]))
  const answer = handler?.({ q: url.searchParams, p, body, s, key: req.headers['idempotency-key'] })
  if (!answer || (answer[1] === undefined && answer[0] !== 204)) return refuseWith(res, 'not_found')
  return json(res, answer[0], answer[1])
}

const server = createServer((req, res) => {
  const url = new URL(req.url, 'http://localhost')
  res.lang = (req.headers['accept-language'] ?? 'zh').startsWith('en') ? 'en' : 'zh'
  if (url.pathname === '/mock/control') return void read(req).then((b) => json(res, 200, control(b) ?? {}))
  if (refuse) return void req.socket.destroy()
  if (url.pathname.startsWith('/api/') || url.pathname === '/healthz' || url.pathname === '/metrics') {
    return void api(req, res, url).catch((e) => {
      process.stderr.write(`${req.method} ${url.pathname}: ${e.stack}\n`)
      if (!res.headersSent) refuseWith(res, 'internal', { ref: '7F3A' })
    })
  }
  return file(res, url)
})

let last = Date.now()
setInterval(() => {
  const now = Date.now()
  const items = reportsBetween(targets, last, now)
  last = now
  if (items.length > 0) stream.publish('positions', { items })
}, 250)
setInterval(() => stream.tick(), 5000)
setInterval(() => { for (const s of sources.all()) stream.publish('source', s) }, 10_000)
if (option('quiet-alerts', false) === false) setInterval(() => stream.publish('alert', alerts.make(RULES[1 + (alerts.n % 5)].id, 0)), 20_000)

server.listen(PORT, '127.0.0.1', () => process.stdout.write(`mock on http://127.0.0.1:${server.address().port} with ${targets.length} targets\n`))
