// SPDX-License-Identifier: Apache-2.0
// What the mock knows of the law: the golden scripts of the procedure engine, line by line, and the names in packs/cn-core.
// Nothing is decided here: clocks, documents, amounts and what is missing are the engine's own output, moved to this week.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const law = (name) => parse(readFileSync(join(root, `packs/cn-core/law/${name}.yaml`), 'utf8'))
const byCode = (list, key = 'code') => new Map(list.map((x) => [x[key], x]))
const DAY = 86_400_000

export const STATES = byCode(law('states').states)
export const CLOCKS = byCode(law('clocks').clocks)
export const DOCUMENTS = byCode(law('documents').documents)
export const EVENTS = byCode(law('events').events, 'event')
const TRANSITIONS = ['t10_filing', 't20_investigation', 't30_notice', 't40_decision', 't50_service', 't60_payment', 't90_closing', 'offsite', 'simple'].flatMap((f) => law(f).transitions)

const lines = (text) => text.split('\n').filter((l) => l !== '' && !l.startsWith('#')).map((l) => JSON.parse(l))

/** A golden script: its header, and each event with what the engine answered. */
export function script(name) {
  const read = (end) => lines(readFileSync(join(root, `tests/golden/procedure/${name}.${end}`), 'utf8'))
  const [header, ...events] = read('ndjson')
  const outcomes = read('expect')
  return { header, rows: events.map((e, i) => ({ ...e, out: outcomes[i] })) }
}

const STAGES = [['lead', /^(S0|V0|Q0)/], ['filing', /^(S10|V3|V6)/], ['investigation', /^S2/], ['review', /^(S3|V1|V2)/], ['notice', /^(S4|V4|V5|V7|Q1)/], ['legal_review', /^S5/], ['decision', /^(S60|Q2)/], ['service', /^(S6|S7|S8|Q)/]]
export const STAGE_LIST = ['lead', 'filing', 'investigation', 'review', 'notice', 'legal_review', 'decision', 'service', 'closing']
export const stageOf = (state) => STAGES.find(([, re]) => re.test(state))?.[0] ?? 'closing'

/** The event without what stands in brackets: served(D15) -> served. */
const plain = (event) => event.replace(/\(.*/, '')
export function eventName(event) {
  const e = EVENTS.get(event) ?? EVENTS.get(plain(event))
  const doc = DOCUMENTS.get(/\((D\d+)\)/.exec(event)?.[1])
  return { zh: e?.zh ?? event, en: `${e?.en ?? event}${doc && !EVENTS.has(event) ? `: ${doc.en}` : ''}` }
}

/** Other ways out of a state, as the law's tables have them: [{event, to, basis}]. */
export function branches(state) {
  const rows = TRANSITIONS.filter((t) => t.from?.includes(state) && BRANCH[t.event])
  return [...new Map(rows.map((t) => [t.event, { event: t.event, to: end(t.to) ?? state, basis: t.basis ?? [], who: BRANCH[t.event] }])).values()]
}
const end = (to) => (typeof to === 'string' ? to : to?.at(-1)?.state)
const BRANCH = { refuse: ['leader'], transfer: ['leader'], return: ['unit_head'], withdraw: ['leader'], no_penalty: ['leader'], review_fail: ['reviewer'], decide_no: ['leader'], preserve: ['officer'], defend: ['officer'] }
export const DANGER = new Set(['decide', 'withdraw', 'erase', 'spot_decide', 'decide_no', 'refuse'])
export const REAUTH = new Set(['decide', 'withdraw', 'spot_decide'])

const ROLES = { OFFICER: 'officer', UNIT_HEAD: 'unit_head', LEADER: 'leader', LEGAL_REVIEWER: 'reviewer', HEARING_HOST: 'hearing_host', ARCHIVIST: 'archivist' }
/** Whose step it is: those named in the script; what the party, the bank or time does is entered by the officers. */
export function whoOf(header, by, event) {
  if (/^review[12]$/.test(event)) return ['officer', 'unit_head', 'reviewer']
  const roles = by.map((p) => ROLES[header.people[p]?.role]).filter(Boolean)
  return roles.length > 0 ? [...new Set(roles)] : ['officer']
}

const left = (c, now) => {
  const last = Date.parse(c.due_at ?? `${c.due_rolled ?? c.due}T24:00:00+08:00`)
  return c.unit === 'HOUR' ? Math.floor((last - now) / 3_600_000) : Math.floor((last - now) / DAY)
}
const moved = (day, shift) => (day === null || day === undefined ? undefined : /T/.test(day) ? new Date(Date.parse(day) + shift).toISOString() : new Date(Date.parse(`${day}T00:00:00Z`) + shift).toISOString().slice(0, 10))

/** Clocks of one line of output, moved by whole weeks, told at `now`. */
export function clocksOf(out, rows, shift, now) {
  return (out?.clocks ?? []).map((c) => {
    const def = CLOCKS.get(c.code)
    const first = rows.find((r) => r.out.ok && r.out.clocks.some((x) => x.code === c.code))
    const n = typeof def?.n === 'number' ? def.n : /days$/.test(String(def?.n)) ? { DECIDE90: 90, DEFENCE_WIN: 5, LEAD_CHECK: 7 }[c.code] : undefined
    const made = { code: c.code, name: def?.zh ?? c.code, name_en: def?.en ?? c.code, unit: c.unit, basis: def?.basis ?? [], ...(n ? { length: n } : {}) }
    const start = new Date(Date.parse(first.at) + shift).toISOString()
    const due = c.unit === 'HOUR' ? { due_at: moved(c.due, shift) } : { due: moved(c.due, shift), ...(c.due_rolled ? { due_rolled: moved(c.due_rolled, shift) } : {}) }
    const rest = left({ ...due, unit: c.unit }, now)
    const state = { stopped: 'done', paused: 'paused', expired: 'done' }[c.state] ?? (rest < 0 ? 'overdue' : rest === 0 ? 'due' : rest <= 2 ? 'near' : 'running')
    const used = n === undefined || c.unit === 'YEAR' ? {} : { used: Math.max(0, Math.min(n, Math.ceil((now - Date.parse(start)) / DAY))) }
    const live = state === 'done' || state === 'paused' ? {} : { left: c.unit === 'WD' && rest > 4 ? Math.round(rest * 5 / 7) : rest, ...used }
    return { ...made, start, ...due, state, ...live }
  })
}
