// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import type { Position } from './contract.gen'
import { cluster, CROWD } from './cluster'
import { freshness } from './freshness'
import { drawnAt, GLIDE_MS, LiveTargets } from './live'
import { HOUR, iso, MINUTE, SECOND } from './time'

const T0 = Date.parse('2026-03-17T13:00:00Z')
const pos = (key: string, lat: number, lon: number, at = T0, more: Partial<Position> = {}): Position => ({ key, kind: 'vessel', lat, lon, at: iso(at), motion: 'moving', ...more })

describe('live targets', () => {
  it('glide from where they were drawn to the fix, never past it', () => {
    const l = new LiveTargets()
    l.apply([pos('a', 22, 113)], 0)
    l.apply([pos('a', 22.001, 113, T0 + 10 * SECOND)], 5000)
    const t = l.byKey.get('a')!
    expect(drawnAt(t, 5000).lat).toBeCloseTo(22)
    expect(drawnAt(t, 5000 + GLIDE_MS / 2).lat).toBeCloseTo(22.0005)
    expect(drawnAt(t, 99_000).lat).toBe(22.001)
  })
  it('do not fly over the map on a leap or across 180°', () => {
    const l = new LiveTargets()
    l.apply([pos('a', 0, 179.99)], 0)
    l.apply([pos('a', 0, -179.99, T0 + SECOND)], 100)
    expect(drawnAt(l.byKey.get('a')!, 101).lon).toBe(-179.99)
  })
  it('ignore a fix older than the one held', () => {
    const l = new LiveTargets()
    l.apply([pos('a', 2, 2, T0 + SECOND)], 0)
    l.apply([pos('a', 1, 1, T0)], 10)
    expect(l.byKey.get('a')!.pos.lat).toBe(2)
  })
  it('keep slots dense when one is forgotten, and tell what must be written', () => {
    const l = new LiveTargets()
    l.apply([pos('a', 1, 1), pos('b', 2, 2), pos('c', 3, 3)], 0)
    l.takeChanged()
    l.forget(['a', 'nobody'])
    expect(l.slots.map((s) => s.pos.key)).toEqual(['c', 'b'])
    expect(l.slots.every((s, i) => s.slot === i)).toBe(true)
    expect(l.takeChanged()).toEqual([0])
    l.forget(['b'])
    expect(l.slots.map((s) => s.pos.key)).toEqual(['c'])
  })
  it('take a snapshot as the whole truth, older fixes too', () => {
    const l = new LiveTargets()
    l.apply([pos('a', 1, 1, T0 + HOUR), pos('b', 2, 2)], 0)
    l.replace([pos('a', 9, 9, T0), pos('c', 3, 3)], 10)
    expect([...l.byKey.keys()].sort()).toEqual(['a', 'c'])
    expect(l.byKey.get('a')!.pos.lat).toBe(9)
  })
})

describe('freshness', () => {
  it('goes by kind and motion', () => {
    expect(freshness(pos('a', 0, 0), T0 + 30 * SECOND)).toBe('fresh')
    expect(freshness(pos('a', 0, 0), T0 + 31 * SECOND)).toBe('late')
    expect(freshness(pos('a', 0, 0), T0 + 181 * SECOND)).toBe('silent')
    expect(freshness(pos('a', 0, 0, T0, { motion: 'moored' }), T0 + 5 * MINUTE)).toBe('fresh')
    expect(freshness(pos('a', 0, 0, T0, { kind: 'vehicle' }), T0 + 4 * MINUTE)).toBe('late')
  })
  it('gives a source that reports seldom three of its own intervals', () => {
    const seldom = pos('a', 0, 0, T0, { interval_s: 180 })
    expect(freshness(seldom, T0 + 3 * MINUTE)).toBe('fresh')
    expect(freshness(seldom, T0 + 8 * MINUTE)).toBe('late')
    expect(freshness(seldom, T0 + 10 * MINUTE)).toBe('silent')
  })
})

describe('crowds', () => {
  const l = new LiveTargets()
  l.apply(Array.from({ length: CROWD + 2 }, (_, i) => pos(`v${i}`, 22.0001 * 1, 113.0001, T0, i % 2 === 0 ? {} : { kind: 'vehicle' })), 0)
  l.apply([pos('far', 25, 118)], 0)
  it('become one ring with a count below zoom 12, sparing what must be seen', () => {
    const c = cluster(l.slots, 8, new Set(['v0']))
    expect(c.rings).toHaveLength(1)
    expect(c.rings[0]?.count).toBe(CROWD + 1)
    expect(c.hidden.has(l.byKey.get('v0')!.slot)).toBe(false)
    expect(c.hidden.has(l.byKey.get('far')!.slot)).toBe(false)
  })
  it('are everyone for himself from zoom 12', () => {
    expect(cluster(l.slots, 12, new Set()).rings).toEqual([])
  })
})
