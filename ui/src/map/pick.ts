// SPDX-License-Identifier: Apache-2.0
// What lies under the pointer, and what Tab walks through. Ten thousand distances are cheaper than asking the GPU.
import type { Alert } from '../domain/contract.gen'
import { drawnAt, type Live } from '../domain/live'
import type { Selection } from '../domain/urlstate'

export interface Projector {
  project: (at: [number, number]) => { x: number; y: number }
}

export interface Hit {
  selection: Selection
  distance: number
}

const REACH = 14

export function under(map: Projector, slots: readonly Live[], hidden: ReadonlySet<number>, alerts: readonly Alert[], x: number, y: number, now: number): Hit[] {
  const hits: Hit[] = []
  const byKey = new Map<string, Live>()
  for (const t of slots) {
    byKey.set(t.pos.key, t)
    if (hidden.has(t.slot)) continue
    const at = drawnAt(t, now)
    const p = map.project([at.lon, at.lat])
    const d = Math.hypot(p.x - x, p.y - y)
    if (d <= REACH) hits.push({ selection: { kind: 'target', id: t.pos.key }, distance: d })
  }
  for (const a of alerts) {
    const t = byKey.get(a.target.key)
    const at = t ? drawnAt(t, now) : a
    if (at.lat === undefined || at.lon === undefined) continue
    const p = map.project([at.lon, at.lat])
    // The badge floats above its target.
    const d = Math.hypot(p.x - x, p.y - 22 - y)
    if (d <= REACH) hits.push({ selection: { kind: 'alert', id: a.id }, distance: d - REACH })
  }
  return hits.sort((a, b) => a.distance - b.distance)
}

/** First click the nearest, the next click on the same spot the one below it, and round again. */
export function cycle(hits: readonly Hit[], current: Selection | undefined): Selection | undefined {
  if (hits.length === 0) return undefined
  const at = hits.findIndex((h) => h.selection.kind === current?.kind && h.selection.id === current.id)
  return hits[(at + 1) % hits.length]?.selection
}

/** Visible targets for Tab: by alert level, then from the middle outwards. */
export function walk(map: Projector, slots: readonly Live[], hidden: ReadonlySet<number>, levels: ReadonlyMap<string, number>, size: { w: number; h: number }, most: number): Live[] {
  const seen: { t: Live; level: number; d: number }[] = []
  for (const t of slots) {
    if (hidden.has(t.slot)) continue
    const p = map.project([t.pos.lon, t.pos.lat])
    if (p.x < 0 || p.y < 0 || p.x > size.w || p.y > size.h) continue
    seen.push({ t, level: levels.get(t.pos.key) ?? 9, d: Math.hypot(p.x - size.w / 2, p.y - size.h / 2) })
  }
  seen.sort((a, b) => a.level - b.level || a.d - b.d)
  return seen.slice(0, most).map((s) => s.t)
}
