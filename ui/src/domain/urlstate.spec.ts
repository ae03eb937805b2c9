// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { MINUTE } from './time'
import { parseUrl, printUrl, TABLE, type UrlState } from './urlstate'

const defaults = parseUrl({}).state

describe('the address', () => {
  it('prints no default', () => {
    expect(printUrl(defaults)).toEqual({})
  })
  it('reads what it prints, for every parameter', () => {
    const state: UrlState = {
      v: { lat: 22.8923, lon: 113.2151, zoom: 14.2, bearing: 0 }, t: Date.parse('2026-03-17T13:41:18Z'), w: 7 * 24 * 60 * MINUTE,
      sel: { kind: 'target', id: 'vehicle.粤EB9213.yellow' }, ly: ['zones.bridge', '-depth'], q: '超速', f: { levels: [1, 2], scope: 'water' }, tab: 'evidence', cmp: 'notice',
    }
    const query = printUrl(state)
    expect(query['v']).toBe('22.8923,113.2151,14.2,0')
    expect(query['f']).toBe('level:1,2;water')
    expect(parseUrl(query)).toEqual({ state, bad: [] })
  })
  it('takes the forms people paste', () => {
    expect(parseUrl({ t: '2026-03-17T21:41:18+08' }).state.t).toBe(Date.parse('2026-03-17T13:41:18Z'))
    expect(parseUrl({ t: '2026-03-17T21:41:18+0800' }).state.t).toBe(Date.parse('2026-03-17T13:41:18Z'))
    expect(parseUrl({ w: '150m' }).state.w).toBe(150 * MINUTE)
    expect(parseUrl({ v: '1,2,3' }).state.v).toEqual({ lat: 1, lon: 2, zoom: 3, bearing: 0 })
    expect(parseUrl({ sel: ['alert.x', 'alert.y'] }).state.sel).toEqual({ kind: 'alert', id: 'x' })
  })
  it('falls back to the default on what it cannot read, and names it', () => {
    const bad = { v: '91,0,3,0', t: 'yesterday', w: '1y', sel: 'thing.1', ly: '$$', f: 'level:9', tab: 'A B' }
    const got = parseUrl(bad)
    expect(got.bad.sort()).toEqual(Object.keys(bad).sort())
    expect(got.state).toEqual(defaults)
  })
  it('has a default for every parameter that its own reader would not refuse', () => {
    for (const name of Object.keys(TABLE) as (keyof UrlState)[]) expect(parseUrl({ [name]: '' }).bad).toEqual([])
  })
})
