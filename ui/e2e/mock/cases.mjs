// SPDX-License-Identifier: Apache-2.0
// Cases of the mock: each walks a golden script of the procedure engine. People, firms and vessels are invented.
import { createHash } from 'node:crypto'
import { branches, clocksOf, DANGER, DOCUMENTS, eventName, REAUTH, script, STAGE_LIST, stageOf, STATES, whoOf } from './law.mjs'
import { fieldsOf } from './fields.mjs'
import { decisionText } from './papers.mjs'

const SUMS = { intended_fen: ['拟罚款', 'Intended fine'], fine_fen: ['罚款', 'Fine'], paid_fen: ['已缴罚款', 'Paid'], unpaid_fen: ['未缴罚款', 'Unpaid'], surcharge_fen: ['加处罚款', 'Surcharge'], surcharge_paid_fen: ['已缴加处罚款', 'Surcharge paid'], due_fen: ['应缴合计', 'Due in all'] }
const WEEK = 7 * 86_400_000
const PEOPLE = { o1: 'u2', o2: 'u3', uh: 'u4', l1: 'u6', r1: 'u5', a1: 'u11' }
const ref = (u) => ({ id: u.id, name: u.name })
const SEED = [
  { no: '2026-0042', script: 'nanjing-eight-steps', after: 'served(D11)', title: '佛山顺达航运有限公司 · 桥区超速', party: '佛山顺达航运有限公司', item: 'IW-SPEED', item_name: '在限制航速的区域超过规定航速航行', hold: true },
  { no: '2026-0039', script: 'defence-lowers-fine', after: 'window_over', title: '佛山市锦河运输有限公司 · 超限运输', party: '佛山市锦河运输有限公司', item: 'HW-OL-WEIGHT', item_name: '车辆违法超限行驶公路' },
  { no: '2026-0044', script: 'nanjing-eight-steps', after: 'propose', title: '中山市南头散体物料行 · 未密闭运输渣土', party: '中山市南头散体物料行', item: 'CW-COVER', item_name: '未密闭运输建筑垃圾' },
  { no: '2026-0041', script: 'offsite-overloaded-truck', after: 'capture', title: '顺德大良货运站 · 超限运输', party: '顺德大良货运站有限公司', item: 'HW-OL-WEIGHT', item_name: '车辆违法超限行驶公路' },
  { no: '2026-0037', script: 'offsite-overloaded-truck', after: 'window_over_plain', title: '高明永兴运输部 · 超限运输', party: '高明永兴运输部', item: 'HW-OL-WEIGHT', item_name: '车辆违法超限行驶公路' },
  { no: '2026-0040', script: 'nanjing-eight-steps', after: 'collect', title: '三水新河船务有限公司 · 驶入禁航区', party: '三水新河船务有限公司', item: 'IW-NOGO', item_name: '擅自进入禁航区' },
  { no: '2026-0038', script: 'defence-lowers-fine', after: 'finish', title: '南海和顺物流有限公司 · 超限运输', party: '南海和顺物流有限公司', item: 'HW-OL-WEIGHT', item_name: '车辆违法超限行驶公路' },
  { no: '2026-0033', script: 'instalments-one-late', after: 'instal', title: '佛山市锦河运输有限公司 · 超限运输', party: '佛山市锦河运输有限公司', item: 'HW-OL-WEIGHT', item_name: '车辆违法超限行驶公路' },
  { no: '2026-0030', script: 'nanjing-eight-steps', after: 'performed', title: '佛山顺达航运有限公司 · 航道内锚泊', party: '佛山顺达航运有限公司', item: 'IW-ANCHOR', item_name: '在航道内锚泊' },
  { no: '2026-0021', script: 'defence-lowers-fine', after: 'archive', title: '禅城捷运土石方有限公司 · 超限运输', party: '禅城捷运土石方有限公司', item: 'HW-OL-WEIGHT', item_name: '车辆违法超限行驶公路' },
]

export class Cases {
  all = new Map()
  used = new Map()
  drafts = new Map()

  constructor(users, publish) {
    this.users = users
    this.publish = publish
    for (const s of SEED) this.make(s)
  }

  user(person) {
    return this.users.find((u) => u.id === PEOPLE[person])
  }

  make({ script: name, after, since, ...rest }) {
    const s = script(name)
    const at = s.rows.findIndex((r) => r.event === after && r.out.ok)
    const last = Date.parse(s.rows[Math.max(0, at)].at)
    const shift = since ?? Math.floor((Date.now() - last - 86_400_000) / WEEK) * WEEK
    const c = { ...rest, ...s, shift, next: 0, events: [], state: s.header.case.proc === 'OFFSITE' ? 'V0' : 'S00', proc: s.header.case.proc, docs: new Map(), dead: false }
    this.all.set(c.no, c)
    while (at >= 0 && c.next <= at) this.walk(c, s.rows[c.next], undefined)
    this.skip(c)
    return c
  }

  // One line of the script becomes an event of the case; refused lines are only what waits.
  walk(c, row, how) {
    c.next += 1
    if (!row.out.ok || row.event === 'tick') return
    const by = how?.by ?? row.by.map((p) => this.user(p) ?? { id: p, name: c.header.people[p]?.role === 'PARTY' ? c.party : c.header.people[p]?.name ?? '系统' })
    this.push(c, { event: row.event, at: how?.at ?? new Date(Date.parse(row.at) + c.shift).toISOString(), by: by.map(ref), data: how?.data ?? row.data, state: row.out.state, docs: row.out.documents })
    c.out = row.out
  }

  push(c, { event, at, by, data, state, docs = [] }) {
    const fresh = docs.filter((d) => !c.docs.has(d))
    for (const d of fresh) c.docs.set(d, { code: d, at })
    const served = /^served\((D\d+)\)/.exec(event)?.[1]
    if (served) c.docs.set(served, { ...(c.docs.get(served) ?? { code: served, at }), served: at })
    const prev = c.events.at(-1)?.hash ?? ''
    const name = eventName(event)
    const hash = createHash('sha256').update(`${prev}${event}${at}${JSON.stringify(data)}`).digest('hex')
    c.events.push({ n: c.events.length + 1, at, event, title: name.zh, title_en: name.en, by, state, documents: fresh, data, hash, ...this.line(event, data) })
    c.state = state
  }

  line(event, data) {
    if (data.fine_fen !== undefined) return { text: `罚款 ${(data.fine_fen / 100).toLocaleString('en')} 元` }
    if (data.reason || data.reasons) return { text: data.reason ?? data.reasons }
    if (Array.isArray(data.evidence)) return { text: data.evidence.map((e) => e.type ?? e).join('、') }
    if (Array.isArray(data.points)) return { text: data.points.join('；') }
    return {}
  }

  skip(c) {
    while (c.next < c.rows.length && c.rows[c.next].event === 'tick') c.next += 1
  }

  upcoming(c) {
    const refused = []
    for (let i = c.next; i < c.rows.length; i++) {
      const r = c.rows[i]
      if (r.event === 'tick') continue
      if (r.out.ok) return { row: r, refused }
      refused.push(r)
    }
    return { row: undefined, refused }
  }

  clocks(c) {
    return clocksOf(c.out, c.rows, c.shift, Date.now()).sort((a, b) => (a.due ?? '9').localeCompare(b.due ?? '9'))
  }

  waiting(c) {
    const { row } = this.upcoming(c)
    return row && !c.dead ? whoOf(c.header, row.by, row.event) : []
  }

  summary(c) {
    const order = ['overdue', 'due', 'near', 'running', 'paused']
    const clock = this.clocks(c).filter((k) => order.includes(k.state) && k.code !== 'RETAIN').sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.due ?? '').localeCompare(b.due ?? ''))[0]
    const amounts = c.out?.amounts ?? {}
    const fine = amounts.fine_fen ?? amounts.intended_fen
    return {
      no: c.no, full_no: `佛交水罚立〔${c.no.slice(0, 4)}〕${c.no.slice(5)} 号`, title: c.title, party: c.party, item: c.item, item_name: c.item_name, proc: c.proc, state: c.state, stage: stageOf(c.state), version: c.events.length,
      opened: c.events[0]?.at ?? new Date().toISOString(), updated: c.events.at(-1)?.at ?? new Date().toISOString(), officers: [this.user('o1'), this.user('o2')].map(ref), waiting_for: this.waiting(c),
      ...(clock ? { clock } : {}), ...(fine === undefined ? {} : { fine_fen: fine }), ...(c.alert ? { alert: c.alert } : {}), flags: c.out?.flags ?? [],
    }
  }

  list(q, me) {
    const rank = { overdue: 0, due: 1, near: 2, running: 3, paused: 4 }
    const text = (q.get('q') ?? '').toLowerCase()
    const all = [...this.all.values()].map((c) => this.summary(c)).filter((s) =>
      (!q.get('clock') || s.clock?.state === q.get('clock')) && (!q.get('waiting_for') || s.waiting_for.includes(q.get('waiting_for')))
      && (!q.get('person') || s.officers.some((o) => o.id === (q.get('person') === 'me' ? me.id : q.get('person'))))
      && (text === '' || JSON.stringify([s.no, s.full_no, s.title, s.party]).toLowerCase().includes(text)))
    const items = all.filter((s) => !q.get('stage') || s.stage === q.get('stage'))
    items.sort((a, b) => (rank[a.clock?.state] ?? 9) - (rank[b.clock?.state] ?? 9) || (a.clock?.due ?? '9').localeCompare(b.clock?.due ?? '9') || b.no.localeCompare(a.no))
    const from = Number(q.get('cursor') ?? 0)
    const limit = Number(q.get('limit') ?? 50)
    return { items: items.slice(from, from + limit), total: items.length, ...(from + limit < items.length ? { next: String(from + limit) } : {}), stages: STAGE_LIST.map((stage) => ({ stage, count: all.filter((s) => s.stage === stage).length })) }
  }

  search(text) {
    return [...this.all.values()].filter((c) => `${c.no}${c.title}${c.party}`.toLowerCase().includes(text)).slice(0, 5).map((c) => ({ kind: 'case', id: c.no, title: c.title, sub: c.no }))
  }

  // A lead begins where the script begins, now.
  fromAlert(alert, user) {
    const held = [...this.all.values()].find((c) => c.alert === alert.id)
    if (held) return held
    const no = alert.case_no ?? `2026-${String(43 + this.all.size).padStart(4, '0')}`
    const c = this.make({ no, script: 'nanjing-eight-steps', title: `${alert.target.name ?? alert.target.key} · ${alert.title}`, party: '佛山顺达航运有限公司', item: alert.violation ?? '', item_name: alert.rule.name, alert: alert.id, since: Date.now() - Date.parse('2021-09-01T09:00:00+08:00') })
    this.publish('case', { no, version: 0, stage: 'lead', by: user.name })
    return c
  }

  open(body, user) {
    const no = `2026-${String(43 + this.all.size).padStart(4, '0')}`
    const name = body.proc === 'OFFSITE' ? 'offsite-overloaded-truck' : 'nanjing-eight-steps'
    const first = body.proc === 'OFFSITE' ? '2021-08-30T03:12:00+08:00' : '2021-09-01T09:00:00+08:00'
    this.make({ no, script: name, title: body.title || `${body.party_name ?? '当事人不明'} · ${body.item ?? '待定'}`, party: body.party_name || '当事人不明', item: body.item ?? '', item_name: body.item ?? '', ...(body.alert ? { alert: body.alert } : {}), since: Date.now() - Date.parse(first) })
    this.publish('case', { no, version: 0, stage: 'lead', by: user.name })
    return this.detail(no, user)
  }

  // The first reviewer's answers are nobody's to read before the second has given his own.
  hides(c, e) {
    return e.event === 'review1' && c.state !== 'V9' && !c.events.some((x) => x.event === 'review2')
  }

  detail(no, me) {
    const c = this.all.get(no)
    if (!c) return undefined
    const now = stageOf(c.state)
    const days = (stage) => c.events.filter((e) => stageOf(e.state) === stage).map((e) => e.at.slice(0, 10))
    const people = [
      { role: 'party', id: c.party, name: c.party, no: '91440606MA4X21681A' },
      ...['o1', 'o2'].map((p) => ({ role: 'officer', ...ref(this.user(p)), no: this.user(p).officer.cert_no })),
      { role: 'unit_head', ...ref(this.user('uh')) }, { role: 'leader', ...ref(this.user('l1')) }, { role: 'reviewer', ...ref(this.user('r1')), note: '未参与调查' },
    ]
    return {
      summary: this.summary(c), ...(this.partyId(c.party) ? { party_id: this.partyId(c.party) } : {}),
      amounts: Object.entries(c.out?.amounts ?? {}).map(([name, fen]) => ({ name, fen, label: SUMS[name]?.[0] ?? name, label_en: SUMS[name]?.[1] ?? name })),
      stages: STAGE_LIST.map((stage, i) => {
        const d = days(stage)
        const state = stage === now ? 'now' : i < STAGE_LIST.indexOf(now) ? (d.length > 0 ? 'done' : 'skipped') : 'later'
        return { stage, state, ...(d.length > 0 ? { from: d[0], ...(state === 'done' ? { to: d.at(-1) } : {}) } : {}) }
      }),
      clocks: this.clocks(c), people, documents: this.documents(c), evidence: this.evidence(c), facts: this.facts(c),
      events: c.events.map((e) => (this.hides(c, e) ? { ...e, data: {} } : e)), ...this.money(c),
      chain: { ok: true, count: c.events.length, head: c.events.at(-1)?.hash ?? '' }, ...(c.no === '2026-0042' && me.id !== 'u3' ? { presence: [{ id: 'u3', name: '苏雅婷' }] } : {}),
    }
  }

  documents(c) {
    return [...c.docs.values()].map((d) => ({
      id: d.code.toLowerCase(), code: d.code, title: DOCUMENTS.get(d.code)?.zh ?? d.code, title_en: DOCUMENTS.get(d.code)?.en ?? d.code, no: `佛交水罚〔2026〕${c.no.slice(5)}-${d.code.slice(1)} 号`,
      state: d.served ? 'served' : 'signed', signed_at: d.at, ...(d.served ? { served_at: d.served } : {}), pages: d.code === 'D02' ? 4 : 2, verify: `FS${c.no.replace('-', '')}${d.code}`,
    })).concat(/^S(50|55|60)$/.test(c.state) ? [{ id: 'd15', code: 'D15', title: '行政处罚决定书', title_en: 'penalty decision', state: 'draft', pages: 3 }] : [])
  }

  evidence(c) {
    const state = { state: 'verified', verified_at: new Date().toISOString(), sealed_at: c.events[0]?.at ?? new Date().toISOString(), file: `EV-${c.no}.zip`, size_bytes: 4_404_019, checks: [{ name: 'manifest', ok: true, got: '14 / 14' }, { name: 'signature', ok: true, got: 'SM2' }, { name: 'rerun', ok: true, got: '5f0c…b7d4' }] }
    const items = c.item.startsWith('HW')
      ? [['weighing', '不停车称重数据', ['overload']], ['picture', '车辆前、后、侧面照片 3 张', ['identity', 'overload']], ['page', '设备检定证书', ['device']]]
      : [['track', '轨迹与原始帧', ['time', 'place', 'speed'], state], ['picture', '抓拍 XH-02', ['identity']], ['clip', '录像 XH-05，前 30 秒起', ['place', 'speed']]]
    const records = c.docs.has('D02') ? [['statement', '询问笔录', ['fault']], ['record', '现场笔录', ['place']]] : []
    return items.concat(records).map(([kind, title, proves, s], i) => ({ id: `E${i + 1}`, title, kind, proves, state: s ?? { state: kind === 'statement' || kind === 'record' ? 'sealed' : 'verified', checks: [{ name: 'digests', ok: true, got: '1 / 1' }] } }))
  }

  facts(c) {
    const have = this.evidence(c)
    const by = (code) => have.filter((e) => e.proves.includes(code)).map((e) => e.id)
    const rows = c.item.startsWith('HW') ? [['identity', '当事人与车辆', c.party], ['overload', '车货总质量', '63,400 kg，限 49,000 kg'], ['device', '设备合法有效', 'WIM-G325-01 检定有效']] : [['identity', '当事人与船舶', c.party], ['time', '时间', c.header.case.act.start], ['place', '地点', '西海大桥桥区'], ['speed', '航速', '12.4 kn，限 8.0 kn'], ['fault', '主观过错', '']]
    return rows.map(([code, name, value]) => ({ code, name, ok: by(code).length > 0, ...(value ? { value } : {}), evidence: by(code) }))
  }

  money(c) {
    const row = c.rows.find((r) => r.event === 'intend_penalty' && r.out.ok)
    if (!row || c.events.every((e) => e.event !== 'intend_penalty')) return {}
    const fen = row.data.fine_fen
    const chosen = c.out?.amounts.fine_fen
    const explain = c.item.startsWith('HW') ? '总质量 63,400 kg − 限值 49,000 kg = 14,400 kg；每超 1,000 kg 罚 500 元：14 × 500 元 = 7,000 元（公路安全保护条例 64 条）。' : '航速 12.4 kn，限 8.0 kn，超 4.4 kn（55%），属“较重”档 6,000 至 10,000 元；主动消除危害后果，取档内下半：建议值。'
    return { discretion: { tier: row.data.discretion?.split(':')[0] ?? '一般', min_fen: c.header.case.penalty_range_fen?.[0] ?? 0, max_fen: c.header.case.penalty_range_fen?.[1] ?? fen, suggested_fen: fen, ...(chosen === undefined ? {} : { chosen_fen: chosen }), explain, factors: ['首次', '配合调查'] } }
  }

  may(me, who) {
    return who.some((r) => me.roles.includes(r))
  }

  notMine(c, who) {
    const names = who.map((r) => this.users.filter((u) => u.roles.includes(r)).map((u) => u.name).join('、')).filter(Boolean)
    return { code: `role:${who[0]}`, kind: 'person', what: '您的身份不能办理此事', what_en: 'Not with your role', basis: who[0] === 'reviewer' ? ['APL 58'] : ['APL 57'], who: names.join('、') }
  }

  unmet(c, list) {
    const kind = { doc: 'document', clock: 'clock', role: 'person', cert: 'person', distinct: 'person' }
    return list.map((u) => ({ ...u, kind: kind[u.code.split(':')[0]] ?? 'fact', ...(u.code.startsWith('doc:') ? { link: `/cases/${c.no}?tab=documents` } : {}) }))
  }

  steps(no, me) {
    const c = this.all.get(no)
    if (!c) return undefined
    const { row, refused } = this.upcoming(c)
    const steps = []
    // A case on hold shows what the engine refused before the script went on.
    if (row && !c.dead) steps.push(this.step(c, me, row, c.hold ? this.unmet(c, refused.find((r) => r.event === row.event)?.out.unmet ?? []) : []))
    for (const r of [...new Map(refused.map((x) => [x.event, x])).values()]) if (r.event !== row?.event) steps.push(this.step(c, me, r, this.unmet(c, r.out.unmet ?? [])))
    if (row && !c.dead) for (const later of this.later(c, row)) steps.push(this.step(c, me, later, [{ code: `state:${later.from}`, kind: 'fact', what: `须先办“${eventName(row.event).zh}”`, what_en: `First: ${eventName(row.event).en}`, basis: ['D'] }]))
    for (const b of c.dead ? [] : branches(c.state)) if (b.event !== row?.event) steps.push(this.branch(c, me, b))
    const rank = { now: 0, blocked: 1, rare: 2 }
    steps.sort((a, b) => rank[a.group] - rank[b.group] || Number(a.danger) - Number(b.danger) || a.unmet.length - b.unmet.length)
    return { as: { name: me.name, role: me.roles[0] }, version: c.events.length, steps }
  }

  later(c, row) {
    const at = c.rows.indexOf(row)
    return c.rows.slice(at + 1).filter((r) => r.out.ok && ['finish', 'intend_penalty', 'decide', 'archive'].includes(r.event)).slice(0, 1).map((r) => ({ ...r, from: row.out.state }))
  }

  step(c, me, row, unmet) {
    const who = whoOf(c.header, row.by, row.event)
    const again = row.event === 'review2' && c.events.some((e) => e.event === 'review1' && e.by.some((p) => p.id === me.id))
    const lacks = [...unmet, ...(this.may(me, who) ? [] : [this.notMine(c, who)]), ...(again ? [{ code: 'distinct:review2', kind: 'person', what: '复审人员不得是初审人员', what_en: 'The second reviewer is another person', basis: ['D', 'APL 41'] }] : [])]
    const before = c.out?.documents ?? []
    const running = (c.out?.clocks ?? []).map((k) => k.code)
    const name = eventName(row.event)
    const met = row.event === 'decide' && c.state === 'S60' ? [{ what: '法制审核已通过', what_en: 'Legal review passed', basis: ['APL 58'] }, { what: '陈述、申辩期已满', what_en: 'The time to defend is over', basis: ['APL 45'] }] : []
    const draft = this.drafts.get(`${c.no}:${row.event}:${me.id}`)
    return {
      event: row.event, title: name.zh, title_en: name.en, ok: lacks.length === 0, group: lacks.length === 0 ? 'now' : 'blocked', danger: DANGER.has(row.event), reauth: REAUTH.has(row.event), who,
      writes: row.out.ok ? row.out.documents.filter((d) => !before.includes(d)) : [], starts: row.out.ok ? row.out.clocks.map((k) => k.code).filter((k) => !running.includes(k)) : [], to: row.out.state,
      unmet: lacks, met, fields: lacks.length === 0 || this.may(me, who) ? fieldsOf(row.event, this.filled(row), true) : [], ...(draft ? { draft } : {}),
    }
  }

  // Names instead of the script's ids; the four questions and the checklist are the reviewer's own to answer.
  filled(row) {
    const d = { ...row.data }
    for (const k of ['officers', 'signed']) if (d[k]) d[k] = d[k].map((p) => this.user(p)?.name ?? p)
    if (d.ticks) d.ticks = { true: null, clear: null, complete: null, accurate: null }
    if (d.checklist) d.checklist = ''
    return d
  }

  branch(c, me, b) {
    const mine = this.may(me, b.who)
    const name = eventName(b.event)
    const draft = this.drafts.get(`${c.no}:${b.event}:${me.id}`)
    return { event: b.event, title: name.zh, title_en: name.en, ok: mine, group: 'rare', danger: DANGER.has(b.event), reauth: REAUTH.has(b.event), who: b.who, writes: [], starts: [], to: b.to, unmet: mine ? [] : [this.notMine(c, b.who)], met: [], fields: fieldsOf(b.event, {}, false), ...(draft ? { draft } : {}) }
  }

  draft(no, event, body, me) {
    if (!this.all.has(no)) return undefined
    const kept = { ...body, saved_at: new Date().toISOString() }
    this.drafts.set(`${no}:${event}:${me.id}`, kept)
    return kept
  }

  /** [status, body] */
  event(no, body, key, me) {
    const c = this.all.get(no)
    if (!c) return [404, { code: 'not_found', message: '没有找到，或不在您的辖区内。' }]
    const print = JSON.stringify([no, body])
    const before = this.used.get(`${me.id}:${key}`)
    if (before) return before.print === print ? before.answer : [409, { code: 'key_reused', message: '同一操作编号已用于另一内容，没有做任何改动。' }]
    const last = c.events.at(-1)
    if (body.version !== c.events.length) return [409, { code: 'conflict', message: '没有保存，别人刚改过，您的内容还在。', detail: `${last.by[0]?.name ?? ''}：${last.title}`, current: this.detail(no, me) }]
    const step = this.steps(no, me).steps.find((s) => s.event === body.event)
    if (!step?.ok) return [422, { code: 'not_allowed_now', message: '现在还不能办理。', unmet: step?.unmet ?? [] }]
    if (step.reauth && body.password !== me.password) return [403, { code: 'bad_login', message: '口令不对，案件未变。', field: 'password' }]
    this.take(c, body, me)
    this.drafts.delete(`${no}:${body.event}:${me.id}`)
    this.publish('case', { no, version: c.events.length, stage: stageOf(c.state), by: me.name })
    const answer = [200, this.detail(no, me)]
    this.used.set(`${me.id}:${key}`, { print, answer })
    return answer
  }

  take(c, body, me) {
    const at = new Date().toISOString()
    const by = [me, ...(body.with ?? []).map((id) => this.users.find((u) => u.id === id)).filter(Boolean)]
    const { row } = this.upcoming(c)
    const bad = /^review[12]$/.test(body.event) && Object.values(body.data.ticks ?? {}).some((x) => x !== true)
    if (row?.event === body.event && !bad) {
      while (c.rows[c.next] !== row) c.next += 1
      this.walk(c, row, { at, by, data: body.data })
      return this.skip(c)
    }
    const to = bad ? 'V9' : (body.data.back_to ?? branches(c.state).find((b) => b.event === body.event)?.to ?? c.state)
    this.push(c, { event: body.event, at, by: by.map(ref), data: body.data, state: to, docs: [] })
    const back = c.rows.findIndex((r, i) => r.out.ok && r.out.state === to && i < c.next && c.rows[i + 1]?.out.state !== to)
    if (STATES.get(to)?.kind === 'terminal') c.dead = true
    else if (back >= 0) c.next = back + 1
    return this.skip(c)
  }

  text(no, doc) {
    const c = this.all.get(no)
    return c ? decisionText(c, doc, this.money(c).discretion) : undefined
  }

  reviews(me, mine) {
    const rows = [...this.all.values()].filter((c) => !c.dead && /^V[01]$/.test(c.state)).map((c) => {
      const first = c.events.find((e) => e.event === 'review1')
      const may = this.may(me, ['officer', 'unit_head', 'reviewer', 'leader']) && !first?.by.some((p) => p.id === me.id)
      return { case: this.summary(c), review: first ? 2 : 1, event: first ? 'review2' : 'review1', may, ...(first ? { first_reviewer: first.by[0] } : {}) }
    }).filter((r) => !mine || r.may)
    return { items: rows, total: rows.length }
  }

  parties(q) {
    const names = [...new Set([...this.all.values()].map((c) => c.party))]
    const items = names.map((name, i) => ({ id: `p${i + 1}`, version: 1, kind: 'legal', name, id_kind: 'uscc', id_no: '91440606********1A', id_check: 'ok', representative: '罗锦河', phone: '0757-2222 1111', address: '佛山市顺德区大良街道', things: name.includes('航运') || name.includes('船务') ? [{ kind: 'vessel', key: 'vessel.413000873', name: '粤韶关货4097', relation: 'owner' }] : [{ kind: 'vehicle', plate: '粤E·B9213', plate_color: 'yellow', relation: 'operator' }], cases: [...this.all.values()].filter((c) => c.party === name).length }))
    const hits = items.filter((p) => q === '' || p.name.includes(q))
    return { items: hits, total: hits.length }
  }

  partyId(name) {
    return this.parties('').items.find((p) => p.name === name)?.id
  }

  dossier(id, alerts) {
    const party = this.parties('').items.find((p) => p.id === id)
    if (!party) return undefined
    const held = [...this.all.values()].filter((c) => c.party === party.name)
    const keys = party.things.map((x) => x.key).filter(Boolean)
    const mine = alerts.filter((a) => keys.includes(a.target.key))
    return { parties: [party], targets: keys, alerts: mine, alerts_total: mine.length, cases: held.map((c) => this.summary(c)), documents: held.flatMap((c) => this.documents(c).map((document) => ({ case_no: c.no, document }))) }
  }

  verify(doc) {
    const m = /^FS(\d{4})(\d{4})(D\d+)$/.exec(doc)
    const c = m && this.all.get(`${m[1]}-${m[2]}`)
    const d = c && this.documents(c).find((x) => x.code === m[3] && x.state !== 'draft')
    if (!d) return undefined
    const sha = createHash('sha256').update(doc).digest('hex')
    const gone = c.state === 'X03'
    return { doc, state: gone ? 'withdrawn' : 'valid', title: d.title, no: d.no, issuer: c.header.case.agency, issued: d.signed_at.slice(0, 10), pages: d.pages, sha256: sha, sm3: createHash('sha256').update(sha).digest('hex') }
  }

  pdf() {
    const body = ['%PDF-1.4', '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj', '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj', '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj', 'trailer<</Root 1 0 R>>', '%%EOF']
    return Buffer.from(body.join('\n'))
  }
}
