// SPDX-License-Identifier: Apache-2.0
// The moving picture: last fix of every target, and where it is drawn between two real fixes. Plain data outside any
// reactivity; readers look at `version`.
import type { Position } from './contract.gen'
import { instant } from './time'

export interface Live {
  pos: Position
  at: number
  /** Where it was drawn when this fix came, and when that was: it glides from there, never past the fix. */
  fromLat: number
  fromLon: number
  cameAt: number
  slot: number
}

export const GLIDE_MS = 1000

export class LiveTargets {
  readonly byKey = new Map<string, Live>()
  /** Dense, for the drawing buffer; a slot moves only when another target is forgotten. */
  readonly slots: Live[] = []
  version = 0
  private changed = new Set<number>()

  /** now: the page's own clock in ms. Older fixes than the one held are ignored. */
  apply(items: readonly Position[], now: number): void {
    for (const p of items) {
      const at = instant(p.at)
      const old = this.byKey.get(p.key)
      if (old && at < old.at) continue
      if (old) {
        const here = drawnAt(old, now)
        old.pos = { ...old.pos, ...p }
        old.at = at
        old.fromLat = here.lat
        old.fromLon = here.lon
        old.cameAt = now
        this.changed.add(old.slot)
      } else {
        const made: Live = { pos: p, at, fromLat: p.lat, fromLon: p.lon, cameAt: now, slot: this.slots.length }
        this.byKey.set(p.key, made)
        this.slots.push(made)
        this.changed.add(made.slot)
      }
    }
    this.version += 1
  }

  forget(keys: readonly string[]): void {
    for (const key of keys) {
      const gone = this.byKey.get(key)
      if (!gone) continue
      const last = this.slots.pop()
      this.byKey.delete(key)
      if (last && last !== gone) {
        last.slot = gone.slot
        this.slots[gone.slot] = last
        this.changed.add(gone.slot)
      }
    }
    this.version += 1
  }

  /** A snapshot: what it does not hold is gone. */
  replace(items: readonly Position[], now: number): void {
    const keep = new Set(items.map((p) => p.key))
    this.forget([...this.byKey.keys()].filter((k) => !keep.has(k)))
    for (const p of items) {
      const old = this.byKey.get(p.key)
      if (old) old.at = Math.min(old.at, instant(p.at))
    }
    this.apply(items, now)
  }

  /** Slots written since the last call. */
  takeChanged(): number[] {
    const out = [...this.changed].filter((s) => s < this.slots.length)
    this.changed.clear()
    return out
  }
}

export function drawnAt(t: Live, now: number): { lat: number; lon: number } {
  const f = Math.max(0, Math.min(1, (now - t.cameAt) / GLIDE_MS))
  const dLon = t.pos.lon - t.fromLon
  // A step across the antimeridian or a leap is shown as it is, not as a flight over the map.
  if (f >= 1 || Math.abs(dLon) > 1 || Math.abs(t.pos.lat - t.fromLat) > 1) return { lat: t.pos.lat, lon: t.pos.lon }
  return { lat: t.fromLat + (t.pos.lat - t.fromLat) * f, lon: t.fromLon + dLon * f }
}
