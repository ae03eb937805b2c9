// SPDX-License-Identifier: Apache-2.0
// Instants are milliseconds since 1970 UTC; words for people are in the installation's own offset, never the browser's.

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** "+08:00" in milliseconds; 0 for anything else. */
export function offsetMs(text: string): number {
  const m = /^([+-])(\d{2}):(\d{2})$/.exec(text)
  if (!m) return 0
  const size = (Number(m[2]) * 60 + Number(m[3])) * MINUTE
  return m[1] === '-' ? -size : size
}

export function instant(iso: string): number {
  return Date.parse(iso)
}

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

export interface LocalTime {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  weekday: number
}

export function local(ms: number, offset: number): LocalTime {
  const d = new Date(ms + offset)
  return {
    year: d.getUTCFullYear(), month: d.getUTCMonth() + 1, day: d.getUTCDate(), hour: d.getUTCHours(),
    minute: d.getUTCMinutes(), second: d.getUTCSeconds(), weekday: d.getUTCDay(),
  }
}

const two = (n: number): string => String(n).padStart(2, '0')

export function clock(ms: number, offset: number): string {
  const t = local(ms, offset)
  return `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`
}

export function shortClock(ms: number, offset: number): string {
  return clock(ms, offset).slice(0, 5)
}

export function monthDay(ms: number, offset: number): string {
  const t = local(ms, offset)
  return `${two(t.month)}-${two(t.day)}`
}

export function fullDate(ms: number, offset: number): string {
  const t = local(ms, offset)
  return `${t.year}-${two(t.month)}-${two(t.day)}`
}

/** Today 21:42:08; this year 03-17 21:42; else the full date. */
export function moment(ms: number, now: number, offset: number): string {
  if (fullDate(ms, offset) === fullDate(now, offset)) return clock(ms, offset)
  if (local(ms, offset).year === local(now, offset).year) return `${monthDay(ms, offset)} ${shortClock(ms, offset)}`
  return fullDate(ms, offset)
}

export type Age =
  | { unit: 'sec' | 'min' | 'hour'; n: number }
  | { unit: 'date'; text: string }

/** How old something is, in the one unit that matters. An age below zero (clock skew) reads 0 s. */
export function age(since: number, now: number, offset: number): Age {
  const d = Math.max(0, now - since)
  if (d < MINUTE) return { unit: 'sec', n: Math.floor(d / SECOND) }
  if (d < HOUR) return { unit: 'min', n: Math.floor(d / MINUTE) }
  if (d < DAY) return { unit: 'hour', n: Math.floor(d / HOUR) }
  return { unit: 'date', text: monthDay(since, offset) }
}

/** 2 min 48 s as parts, largest first, at most two. */
export function span(ms: number): { unit: 'day' | 'hour' | 'min' | 'sec'; n: number }[] {
  const s = Math.max(0, Math.round(ms / SECOND))
  const parts = [
    { unit: 'day' as const, n: Math.floor(s / 86_400) },
    { unit: 'hour' as const, n: Math.floor(s / 3600) % 24 },
    { unit: 'min' as const, n: Math.floor(s / 60) % 60 },
    { unit: 'sec' as const, n: s % 60 },
  ]
  const first = parts.findIndex((p) => p.n > 0)
  if (first < 0) return [{ unit: 'sec', n: 0 }]
  return parts.slice(first, first + 2).filter((p, i) => i === 0 || p.n > 0)
}
