// SPDX-License-Identifier: Apache-2.0
// The queue's order, filters and acts, as facts and functions.
import type { Alert, AlertAct, DismissReason, HandlingState, Mode, PersonRef } from './contract.gen'
import { instant, iso, MINUTE } from './time'

export type Level = 1 | 2 | 3 | 4
export const LEVELS: readonly Level[] = [1, 2, 3, 4]

export const DISMISS_REASONS: readonly DismissReason[] = [
  'position_error', 'identity_error', 'official_duty', 'permitted', 'emergency', 'zone_wrong', 'rule_too_strict',
  'source_fault', 'other',
]

export type Mark = 'new' | 'acknowledged' | 'closed' | 'withdrawn'

/** How the level mark is filled: state is form, level is shape and colour. */
export function mark(a: Pick<Alert, 'state' | 'withdrawn'>): Mark {
  if (a.withdrawn === true) return 'withdrawn'
  if (a.state === 'new') return 'new'
  return a.state === 'dismissed' || a.state === 'lead' ? 'closed' : 'acknowledged'
}

export function toLevel(n: number): Level {
  return n <= 1 ? 1 : n === 2 ? 2 : n === 3 ? 3 : 4
}

/** Level, then what nobody took yet, then the youngest; the id breaks ties so that the order never flickers. */
export function compare(a: Alert, b: Alert): number {
  const fresh = (x: Alert): number => (x.state === 'new' ? 0 : 1)
  return a.level - b.level || fresh(a) - fresh(b) || instant(b.open) - instant(a.open) || (a.id < b.id ? -1 : 1)
}

export interface QueueFilter {
  levels: readonly Level[]
  scope: 'all' | 'mine' | 'water' | 'road'
  text: string
  /** One of the six electronics; absent = all of them. */
  mode?: Mode
}

export const NO_FILTER: QueueFilter = { levels: [], scope: 'all', text: '' }

export const QUEUE_STATES: readonly HandlingState[] = ['new', 'acknowledged']

export function inQueue(a: Alert): boolean {
  return a.withdrawn !== true && QUEUE_STATES.includes(a.state)
}

export function matches(a: Alert, f: QueueFilter, me: string): boolean {
  if (f.levels.length > 0 && !f.levels.includes(toLevel(a.level))) return false
  if (f.mode !== undefined && a.mode !== f.mode) return false
  if (f.scope === 'mine' && a.handler?.id !== me) return false
  if (f.scope === 'water' && a.target.kind !== 'vessel') return false
  if (f.scope === 'road' && a.target.kind !== 'vehicle') return false
  if (f.text === '') return true
  const hay = [a.title, a.title_en, a.rule.name, a.rule.name_en, a.zone?.name, a.zone?.name_en, a.target.name, a.target.key, a.other?.name, a.id]
  const needle = f.text.toLowerCase()
  return hay.some((s) => s !== undefined && s.toLowerCase().includes(needle))
}

/** Rows as shown: those on screen keep their place while hands are on the keys, newcomers wait. */
export interface Rows {
  shown: string[]
  held: string[]
}

/** What the queue shows after the alerts changed. `settle` lets the newcomers in and sorts. */
export function arrange(prev: Rows, alerts: readonly Alert[], settle: boolean): Rows {
  const sorted = [...alerts].sort(compare).map((a) => a.id)
  if (settle || prev.shown.length === 0) return { shown: sorted, held: [] }
  const want = new Set(sorted)
  const shown = prev.shown.filter((id) => want.has(id))
  const on = new Set(shown)
  return { shown, held: sorted.filter((id) => !on.has(id)) }
}

/** The row to select after the list changed: the same, else the one that took its place. */
export function keepSelection(before: readonly string[], after: readonly string[], selected: string | undefined): string | undefined {
  if (selected === undefined || after.includes(selected)) return selected
  const i = before.indexOf(selected)
  if (i < 0) return undefined
  return after[Math.min(i, after.length - 1)]
}

/** The alert as it will be when the server agrees; undefined for acts that are never shown ahead of it (a lead). */
export function foresee(a: Alert, act: AlertAct, me: PersonRef, now: number): Alert | undefined {
  const base: Alert = { ...a, version: a.version + 1, handler: me, handled_at: iso(now) }
  switch (act.act) {
    case 'acknowledge': return { ...base, state: 'acknowledged' }
    case 'verify': return act.verdict === true
      ? { ...base, state: 'verified' }
      : { ...base, state: 'dismissed', ...(act.reason === undefined ? {} : { reason: act.reason }) }
    case 'snooze': {
      const { snooze_to: _, ...rest } = base
      return act.snooze_min === undefined
        ? { ...rest, state: 'snoozed' }
        : { ...rest, state: 'snoozed', snooze_to: iso(now + act.snooze_min * MINUTE) }
    }
    default: return undefined
  }
}

/** Newer than what is held, by the fact's revision and by people's acts. */
export function newer(held: Alert | undefined, got: Alert): boolean {
  return held === undefined || got.rev > held.rev || (got.rev === held.rev && got.version >= held.version)
}

/** Sound: what must ring now. `rung` remembers the level at which an alert last rang. */
export function ringing(alerts: readonly Alert[], rung: Map<string, number>, now: number, lastOne: number): 1 | 2 | undefined {
  let due: 1 | 2 | undefined
  for (const a of alerts) {
    if (a.state !== 'new' || a.withdrawn === true || a.level > 2) continue
    const was = rung.get(a.id)
    if (a.level === 1 && (was === undefined || was > 1 || now - lastOne >= 10_000)) due = 1
    else if (a.level === 2 && (was === undefined || was > 2)) due ??= 2
    rung.set(a.id, a.level)
  }
  return due
}
