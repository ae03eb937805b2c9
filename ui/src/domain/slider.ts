// SPDX-License-Identifier: Apache-2.0
// The one time axis of a page. Live: now stands at three quarters, right of it is the future. Replay: t stands there.
import { DAY, HOUR, MINUTE, SECOND } from './time'

export const NOW_AT = 0.75

export interface Axis {
  from: number
  to: number
}

export function axis(t: number, width: number): Axis {
  return { from: t - width * NOW_AT, to: t + width * (1 - NOW_AT) }
}

export function toFraction(a: Axis, ms: number): number {
  return (ms - a.from) / (a.to - a.from)
}

export function toInstant(a: Axis, fraction: number): number {
  return Math.round(a.from + fraction * (a.to - a.from))
}

const STEPS = [
  SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY,
]

/** Round instants on the axis, at most `most`, on whole local hours and days. */
export function ticks(a: Axis, most: number, offset: number): { step: number; at: number[] } {
  const step = STEPS.find((s) => (a.to - a.from) / s <= most) ?? 30 * DAY
  const at: number[] = []
  for (let v = Math.ceil((a.from + offset) / step) * step - offset; v <= a.to; v += step) at.push(v)
  return { step, at }
}

/** "150m", "7d": width of the axis as the URL has it; undefined when it is no such thing or outside 5 m to 90 d. */
export function parseWidth(text: string): number | undefined {
  const m = /^(\d{1,5})([mhd])$/.exec(text)
  if (!m) return undefined
  const unit = m[2] === 'm' ? MINUTE : m[2] === 'h' ? HOUR : DAY
  const w = Number(m[1]) * unit
  return w >= 5 * MINUTE && w <= 90 * DAY ? w : undefined
}

export function printWidth(ms: number): string {
  if (ms % DAY === 0) return `${ms / DAY}d`
  return ms % HOUR === 0 && ms >= 3 * HOUR ? `${ms / HOUR}h` : `${Math.round(ms / MINUTE)}m`
}

export const WIDTHS = [30 * MINUTE, 150 * MINUTE, 12 * HOUR, 2 * DAY, 7 * DAY, 30 * DAY]

/** The next wider (+1) or narrower (-1) width offered. */
export function stepWidth(w: number, dir: 1 | -1): number {
  if (dir > 0) return WIDTHS.find((x) => x > w) ?? w
  return [...WIDTHS].reverse().find((x) => x < w) ?? w
}

/** The next or previous of some instants, for [ and ]. */
export function neighbour(at: readonly number[], t: number, dir: 1 | -1): number | undefined {
  const sorted = [...at].sort((x, y) => x - y)
  return dir > 0 ? sorted.find((x) => x > t) : sorted.reverse().find((x) => x < t)
}
