// SPDX-License-Identifier: Apache-2.0
// From the contract's integers to what people read. Only here do units become words.
import type { TargetKind } from './contract.gen'

export const DMPH_PER_KNOT = 18_520
export const DMPH_PER_KMH = 10_000

export interface Quantity {
  value: string
  unit: string
}

const oneDecimal = (n: number, per: number): string => (Math.round((n * 10) / per) / 10).toFixed(1)

/** Vessels in knots, everything else in km/h: the unit of the field, never a conversion for the reader's sake. */
export function speed(dmph: number, kind: TargetKind): Quantity {
  return kind === 'vessel'
    ? { value: oneDecimal(dmph, DMPH_PER_KNOT), unit: 'kn' }
    : { value: String(Math.round(dmph / DMPH_PER_KMH)), unit: 'km/h' }
}

/** A limit in the unit in which it was posted: whole km/h, or tenths of a knot. */
export function postedLimit(dmph: number): Quantity {
  return dmph % DMPH_PER_KMH === 0 ? speed(dmph, 'vehicle') : speed(dmph, 'vessel')
}

export function course(cdeg: number): string {
  return `${String(Math.round(cdeg / 100) % 360).padStart(3, '0')}°`
}

export function thousands(n: number): string {
  const digits = String(Math.abs(Math.trunc(n))).replace(/\B(?=(\d{3})+$)/g, ',')
  return n < 0 ? `-${digits}` : digits
}

/** Thin-spaced groups, for exact integers that are compared digit by digit. */
export function exact(n: number): string {
  return thousands(n).replaceAll(',', '\u2009')
}

export function money(fen: number): string {
  const yuan = thousands(Math.trunc(fen / 100))
  const rest = Math.abs(fen % 100)
  return rest === 0 ? yuan : `${yuan}.${String(rest).padStart(2, '0')}`
}

export function metres(mm: number): string {
  return mm % 1000 === 0 ? String(mm / 1000) : (mm / 1000).toFixed(1)
}

/** Degrees and minutes, as charts have them. */
export function degreesMinutes(lat: number, lon: number): string {
  const part = (v: number, plus: string, minus: string, width: number): string => {
    const total = Math.round(Math.abs(v) * 60_000)
    const deg = Math.floor(total / 60_000)
    const min = ((total % 60_000) / 1000).toFixed(3).padStart(6, '0')
    return `${String(deg).padStart(width, '0')}°${min}′${v < 0 ? minus : plus}`
  }
  return `${part(lat, 'N', 'S', 2)} ${part(lon, 'E', 'W', 3)}`
}

export function bytes(n: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let i = 0
  let v = n
  while (v >= 1000 && i < units.length - 1) {
    v /= 1024
    i += 1
  }
  return `${i === 0 || v >= 100 ? String(Math.round(v)) : v.toFixed(1)} ${units[i] ?? ''}`
}

/** First four … last four; the whole value stays reachable by copying. */
export function shortHash(h: string): string {
  return h.length <= 12 ? h : `${h.slice(0, 4)}…${h.slice(-4)}`
}

export function permille(n: number): string {
  return `${Math.round(n / 10)}%`
}
