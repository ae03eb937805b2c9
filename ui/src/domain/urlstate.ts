// SPDX-License-Identifier: Apache-2.0
// State of a page in its address: one table of names, how each is read and printed, and its default. Defaults are not
// printed; a value that cannot be read falls back and is named once.
import type { Level } from './alerts'
import { parseWidth, printWidth, WIDTHS } from './slider'

export interface MapView {
  lat: number
  lon: number
  zoom: number
  bearing: number
}

export type Selection =
  | { kind: 'alert'; id: string }
  | { kind: 'target'; id: string }
  | { kind: 'zone'; id: string }

export interface Filter {
  levels: readonly Level[]
  scope: 'all' | 'mine' | 'water' | 'road'
}

export interface UrlState {
  v: MapView | undefined
  t: number | undefined
  w: number
  sel: Selection | undefined
  ly: readonly string[]
  q: string
  f: Filter
  tab: string
  cmp: string
}

interface Param<T> {
  default: T
  /** undefined: cannot be read */
  parse: (text: string) => T | undefined
  print: (value: T) => string
}

const number = (text: string | undefined, min: number, max: number): number | undefined => {
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text)) return undefined
  const n = Number(text)
  return n >= min && n <= max ? n : undefined
}

const trim = (n: number, digits: number): string => String(Number(n.toFixed(digits)))

function parseView(text: string): MapView | undefined {
  const [a, b, c, d, ...more] = text.split(',')
  const lat = number(a, -85, 85)
  const lon = number(b, -180, 180)
  const zoom = number(c, 0, 22)
  const bearing = d === undefined ? 0 : number(d, -360, 360)
  if (lat === undefined || lon === undefined || zoom === undefined || bearing === undefined || more.length > 0) return undefined
  return { lat, lon, zoom, bearing }
}

function parseFilter(text: string): Filter | undefined {
  let levels: Level[] = []
  let scope: Filter['scope'] = 'all'
  for (const part of text.split(';')) {
    const m = /^level:([1-4](?:,[1-4])*)$/.exec(part)
    if (m?.[1] !== undefined) levels = [...new Set(m[1].split(','))].map((x) => Number(x) as Level).sort()
    else if (part === 'mine' || part === 'water' || part === 'road') scope = part
    else return undefined
  }
  return { levels, scope }
}

function printFilter(f: Filter): string {
  const parts: string[] = []
  if (f.levels.length > 0) parts.push(`level:${f.levels.join(',')}`)
  if (f.scope !== 'all') parts.push(f.scope)
  return parts.join(';')
}

function parseSelection(text: string): Selection | undefined {
  const m = /^(alert|target|zone)\.(.{1,120})$/.exec(text)
  if (!m?.[2]) return undefined
  return { kind: m[1] as Selection['kind'], id: m[2] }
}

const word = (text: string): string | undefined => (/^[a-z0-9_-]{1,32}$/.test(text) ? text : undefined)

export const TABLE: { readonly [K in keyof UrlState]: Param<UrlState[K]> } = {
  v: { default: undefined, parse: parseView, print: (v) => v ? `${trim(v.lat, 5)},${trim(v.lon, 5)},${trim(v.zoom, 2)},${trim(v.bearing, 1)}` : '' },
  t: {
    default: undefined,
    parse: (s) => (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d(:?\d\d)?)$/.test(s) ? okTime(s) : undefined),
    print: (t) => (t === undefined ? '' : new Date(Math.floor(t / 1000) * 1000).toISOString().replace('.000Z', 'Z')),
  },
  w: { default: WIDTHS[1] ?? 0, parse: parseWidth, print: printWidth },
  sel: { default: undefined, parse: parseSelection, print: (s) => (s ? `${s.kind}.${s.id}` : '') },
  ly: { default: [], parse: (s) => (/^-?[a-z.]+(,-?[a-z.]+)*$/.test(s) ? s.split(',') : undefined), print: (l) => l.join(',') },
  q: { default: '', parse: (s) => (s.length <= 80 ? s : undefined), print: (s) => s },
  f: { default: { levels: [], scope: 'all' }, parse: parseFilter, print: printFilter },
  tab: { default: '', parse: word, print: (s) => s },
  cmp: { default: '', parse: word, print: (s) => s },
}

// "+08" is ISO 8601 but not what Date.parse takes.
function okTime(s: string): number | undefined {
  const n = Date.parse(s.replace(/([+-]\d\d)$/, '$1:00').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(n) ? undefined : n
}

type Query = Readonly<Record<string, string | null | undefined | (string | null)[]>>

export function parseUrl(query: Query): { state: UrlState; bad: string[] } {
  const bad: string[] = []
  const read = <K extends keyof UrlState>(name: K): UrlState[K] => {
    const raw = query[name]
    const text = Array.isArray(raw) ? raw[0] : raw
    if (text === undefined || text === null || text === '') return TABLE[name].default
    const value = TABLE[name].parse(text)
    if (value === undefined) {
      bad.push(name)
      return TABLE[name].default
    }
    return value
  }
  const state: UrlState = {
    v: read('v'), t: read('t'), w: read('w'), sel: read('sel'), ly: read('ly'), q: read('q'), f: read('f'),
    tab: read('tab'), cmp: read('cmp'),
  }
  return { state, bad }
}

export function printUrl(state: UrlState): Record<string, string> {
  const out: Record<string, string> = {}
  const text = <K extends keyof UrlState>(name: K, value: UrlState[K]): string => TABLE[name].print(value)
  for (const name of Object.keys(TABLE) as (keyof UrlState)[]) {
    const now = text(name, state[name])
    if (now !== '' && now !== text(name, TABLE[name].default)) out[name] = now
  }
  return out
}
