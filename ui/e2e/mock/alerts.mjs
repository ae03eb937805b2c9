// SPDX-License-Identifier: Apache-2.0
// Invented alerts, and what people may do with them.
import { metresBetween, positionAt } from './world.mjs'

const KN = 18_520
const person = (u) => ({ id: u.id, name: u.name })

export const RULES = [
  { id: 'r.nogo', name: '驶入禁航区', name_en: 'Entered no-go zone', mode: 'warning', level: 1, condition: "kind = 'vessel' AND enters(zone.layer = 'nogo')", violation: 'IWR-68', zone: 'z.water-source' },
  { id: 'r.bridge-speed', name: '桥区超速', name_en: 'Speeding at bridge', mode: 'warning', level: 2, condition: "kind = 'vessel' AND within(zone.layer = 'bridge')\nAND sog > zone.speed_limit + 0.5 kn FOR 20 s CLEAR 0.5 kn", violation: 'IWR-81', zone: 'z.xihai-bridge', limit: 8 },
  { id: 'r.silence', name: 'AIS 静默', name_en: 'AIS silence', mode: 'track', level: 3, condition: "kind = 'vessel' AND silence(10 min)", zone: 'w.shunde' },
  { id: 'r.anchoring', name: '航道内锚泊', name_en: 'Anchored in fairway', mode: 'patrol', level: 3, condition: "kind = 'vessel' AND stops(0.5 kn) FOR 15 min", violation: 'IWR-70', zone: 'z.rong-speed' },
  { id: 'r.truck-hours', name: '非核准时段运输渣土', name_en: 'Waste haul outside permitted hours', mode: 'checkpoint', level: 3, condition: "kind = 'vehicle' AND NOT schedule(permit.hours)", violation: 'CW-12', zone: 'z.pingbu' },
  { id: 'r.dwell', name: '停留过久', name_en: 'Dwelling', mode: 'guard', level: 4, condition: 'dwell(30 min)', zone: 'z.anchor-2' },
].map((r) => ({ ...r, pack: 'cn-inland-waters', digest: '9c41b2d08f36e07a', alerts_90d: 421, verdicts_90d: 421, false_90d: 89 }))

export class Alerts {
  byId = new Map()
  acts = new Map()
  used = new Map()
  n = 0
  taken = new Set()

  constructor(targets, zones, publish) {
    this.targets = targets
    this.zones = zones
    this.publish = publish
  }

  make(ruleId, ageMs, over = {}) {
    const rule = RULES.find((r) => r.id === ruleId)
    const pool = this.targets.filter((t) => (ruleId === 'r.truck-hours' ? !t.vessel : t.vessel && !t.own && !t.moored && !t.far))
    const zoneRing = this.zones.features.find((z) => z.id === rule.zone).geometry.coordinates[0]
    const middle = zoneRing.reduce((s, p) => [s[0] + p[0] / zoneRing.length, s[1] + p[1] / zoneRing.length], [0, 0])
    const when = Date.now() - ageMs
    const near = (x) => { const p = positionAt(x, when); return metresBetween([p.lon, p.lat], middle) }
    const t = pool.filter((x) => !this.taken.has(`${rule.id}:${x.key}`)).reduce((a, b) => (near(a) <= near(b) ? a : b))
    this.taken.add(`${rule.id}:${t.key}`)
    this.n += 1
    const id = `al_${(0x5f0c9e21 + this.n * 7919).toString(16)}${(0xb7d4 + this.n).toString(16)}`
    const open = new Date(Date.now() - ageMs)
    const p = positionAt(t, open.getTime())
    const zone = this.zones.features.find((z) => z.id === rule.zone).properties
    const peak = rule.limit ? Math.round((rule.limit + 0.6 + (this.n % 5)) * 10) * 1852 : undefined
    const a = {
      id, rev: 1, version: 0, rule: { id: rule.id, name: rule.name, name_en: rule.name_en }, mode: rule.mode, level: rule.level,
      title: peak ? `${rule.name} ${(peak / KN).toFixed(1)} kn，限 ${rule.limit.toFixed(1)}` : rule.name,
      title_en: peak ? `${rule.name_en} ${(peak / KN).toFixed(1)} kn, limit ${rule.limit.toFixed(1)}` : rule.name_en,
      target: { key: t.key, kind: t.vessel ? 'vessel' : 'vehicle', name: t.name },
      zone: { id: zone.id, name: zone.name, name_en: zone.name_en }, since: new Date(open.getTime() - 20_000).toISOString(), open: open.toISOString(),
      ...(peak ? { peak_dmph: peak, limit_dmph: rule.limit * KN } : {}), lat: p.lat, lon: p.lon,
      ...(rule.violation ? { violation: rule.violation } : {}), false_rate_permille: 211, state: 'new', pack: rule.pack, semantics: 1, ...over,
    }
    this.byId.set(id, a)
    this.acts.set(id, [{ at: a.open, act: 'open', by: { id: 'system', name: '系统' } }])
    return a
  }

  seed() {
    for (const [rule, age, over] of [
      ['r.nogo', 12_000], ['r.bridge-speed', 50_000], ['r.bridge-speed', 120_000], ['r.silence', 18 * 60_000, { suspect: '容桂基站迟报' }],
      ['r.anchoring', 22 * 60_000, { state: 'acknowledged', version: 1, handler: { id: 'u2', name: '梁志恒' } }], ['r.truck-hours', 31 * 60_000],
      ['r.dwell', 44 * 60_000], ['r.anchoring', 52 * 60_000], ['r.dwell', 65 * 60_000], ['r.truck-hours', 80 * 60_000], ['r.silence', 95 * 60_000],
      ['r.bridge-speed', 110 * 60_000, { state: 'acknowledged', version: 1, handler: { id: 'u1', name: '陈晓岚' } }],
      ['r.bridge-speed', 140 * 60_000, { state: 'dismissed', version: 1, reason: 'position_error', handler: { id: 'u1', name: '陈晓岚' } }],
    ]) this.make(rule, age, over)
  }

  list(q, me) {
    const levels = q.get('level')?.split(',').map(Number)
    const states = (q.get('state') ?? 'new,acknowledged').split(',')
    const text = q.get('q')?.toLowerCase()
    const items = [...this.byId.values()].filter((a) =>
      (!levels || levels.includes(a.level)) && states.includes(a.state) && (!q.get('mode') || a.mode === q.get('mode'))
      && (!q.get('target') || a.target.key === q.get('target')) && (q.get('mine') !== 'true' || a.handler?.id === me.id)
      && (!text || JSON.stringify([a.title, a.title_en, a.target.name, a.zone?.name]).toLowerCase().includes(text)))
    items.sort((a, b) => a.level - b.level || (a.state === 'new' ? 0 : 1) - (b.state === 'new' ? 0 : 1) || b.open.localeCompare(a.open))
    const from = Number(q.get('cursor') ?? 0)
    const limit = Number(q.get('limit') ?? 50)
    return { items: items.slice(from, from + limit), total: items.length, ...(from + limit < items.length ? { next: String(from + limit) } : {}) }
  }

  detail(id) {
    const alert = this.byId.get(id)
    if (!alert) return undefined
    const t = this.targets.find((x) => x.key === alert.target.key)
    const rule = RULES.find((r) => r.id === alert.rule.id)
    const open = Date.parse(alert.open)
    const frames = []
    const rows = []
    const line = (alert.limit_dmph ?? 0) + KN / 2
    for (let k = 0; k < 17; k++) {
      const at = new Date(open - 30_000 + k * 10_000)
      frames.push({ at: at.toISOString(), received: at.toISOString(), source: 'ais-2', text: `!AIVDM,1,1,,${k % 2 ? 'B' : 'A'},16:Wh200${k.toString(16)}\`6@O8=6Em41k?B0D0F,0*${(16 + k * 3).toString(16).toUpperCase()}`, decoded: JSON.stringify({ class: 'AIS', type: 1, mmsi: Number(alert.target.key.split('.')[1]) || 0, speed: 124 - Math.abs(8 - k) }), block: 48_127, offset: 19_340 + k * 47 })
      const v = alert.limit_dmph ? alert.peak_dmph - Math.abs(8 - k) * 1852 : undefined
      if (v !== undefined && v > line) rows.push({ at: at.toISOString(), values: [v, line, v - line, Math.max(0, at.getTime() - open + 20_000)], frame: k, ...(k === 8 ? { mark: 'peak' } : {}) })
    }
    return {
      alert, condition: rule.condition, rule_digest: rule.digest, zone_digest: '3f9a7c21e07a9c41', basis: rule.violation ? ['IWR 15', 'IWR 81'] : [],
      arithmetic: { columns: [{ key: 'at', unit: '' }, { key: 'speed', unit: 'dmph' }, { key: 'limit', unit: 'dmph' }, { key: 'margin', unit: 'dmph' }, { key: 'held', unit: 'ms' }], rows, need_ms: 20_000 },
      frames, frames_total: frames.length, acts: this.acts.get(id), target_len: t?.size,
      evidence: { state: 'verified', verified_at: new Date().toISOString(), sealed_at: alert.open, file: `EV-${id.slice(3, 11)}.zip`, size_bytes: 4_404_019, checks: [
        { name: 'manifest', ok: true, got: '14 / 14' }, { name: 'digests', ok: true, got: '14 / 14' }, { name: 'signature', ok: true, got: 'SM2', detail: '佛山节点 01' }, { name: 'frames', ok: true, got: '17 / 17' }, { name: 'rerun', ok: true, got: '5f0c…b7d4' }, { name: 'chain', ok: true, got: '±200' }] },
      next: this.next(alert),
    }
  }

  next(a) {
    const lead = []
    if (a.state !== 'verified') lead.push({ code: 'state:verified', kind: 'fact', what: '尚未核实属实', what_en: 'Not verified as true yet', basis: ['APL 54'], who: '值班员' })
    if (!a.violation) lead.push({ code: 'rule:violation', kind: 'fact', what: '规则没有对应违法事项', what_en: 'The rule names no violation', basis: ['APL 38'] })
    const open = a.state === 'new' || a.state === 'acknowledged' || a.state === 'snoozed'
    return [
      { act: 'acknowledge', ok: a.state === 'new', unmet: [] }, { act: 'verify', ok: open, unmet: [] }, { act: 'snooze', ok: open, unmet: [] },
      { act: 'lead', ok: lead.length === 0, unmet: lead }, { act: 'take_back', ok: !open || a.state !== 'new', unmet: [] }, { act: 'note', ok: true, unmet: [] },
    ]
  }

  /** [status, body] */
  act(id, body, key, user) {
    const a = this.byId.get(id)
    if (!a) return [404, { code: 'not_found', message: '没有找到，或不在您的辖区内。' }]
    const mark = `${user.id}:${key}`
    const print = JSON.stringify([id, body])
    const before = this.used.get(mark)
    if (before) return before.print === print ? before.answer : [409, { code: 'key_reused', message: '同一操作编号已用于另一内容，没有做任何改动。' }]
    if (body.version !== a.version) return [409, { code: 'conflict', message: '没有保存，别人刚改过，您的内容还在。', detail: a.handler ? `${a.handler.name}：${a.state}` : '', current: a }]
    const next = this.apply(a, body, user)
    if (!next) return [422, { code: 'not_allowed_now', message: '此预警现在不能这样处理。' }]
    this.byId.set(id, next)
    this.acts.get(id).push({ at: next.handled_at, act: body.act, by: person(user), ...(body.verdict === undefined ? {} : { verdict: body.verdict }), ...(body.reason ? { reason: body.reason } : {}) })
    const answer = [200, next]
    this.used.set(mark, { print, answer })
    this.publish('alert', next)
    return answer
  }

  apply(a, body, user) {
    const next = { ...a, version: a.version + 1, handler: person(user), handled_at: new Date().toISOString() }
    delete next.snooze_to
    switch (body.act) {
      case 'acknowledge': return a.state === 'new' ? { ...next, state: 'acknowledged' } : undefined
      case 'verify': return body.verdict ? { ...next, state: 'verified' } : body.reason ? { ...next, state: 'dismissed', reason: body.reason } : undefined
      case 'snooze': return { ...next, state: 'snoozed', ...(body.snooze_min ? { snooze_to: new Date(Date.now() + body.snooze_min * 60_000).toISOString() } : {}) }
      case 'lead': return a.state === 'verified' && a.violation ? { ...next, state: 'lead', case_no: '2026-0043' } : undefined
      case 'take_back': return { ...next, state: ({ acknowledged: 'new', verified: 'acknowledged', dismissed: 'acknowledged', snoozed: 'acknowledged' })[a.state] ?? a.state }
      case 'note': return { ...next, state: a.state }
      default: return undefined
    }
  }
}
