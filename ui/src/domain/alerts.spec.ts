// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { arrange, compare, foresee, inQueue, keepSelection, mark, matches, newer, NO_FILTER, ringing } from './alerts'
import type { Alert } from './contract.gen'

function alert(id: string, more: Partial<Alert> = {}): Alert {
  return {
    id, rev: 1, version: 0, rule: { id: 'r', name: '桥区超速' }, mode: 'warning', level: 2, target: { key: 'vessel.413000001', kind: 'vessel', name: '粤佛山货2168' },
    since: '2026-03-17T13:41:00.000Z', open: '2026-03-17T13:41:18.000Z', state: 'new', ...more,
  }
}
const ids = (list: Alert[]): string[] => [...list].sort(compare).map((a) => a.id)

describe('queue order', () => {
  it('goes by level, then what nobody took, then the youngest', () => {
    expect(ids([
      alert('old2', { open: '2026-03-17T13:00:00.000Z' }), alert('ack2', { state: 'acknowledged' }), alert('one', { level: 1, open: '2026-03-17T12:00:00.000Z' }),
      alert('new2'), alert('four', { level: 4 }),
    ])).toEqual(['one', 'new2', 'old2', 'ack2', 'four'])
  })
  it('never lets two equal rows flicker', () => {
    expect(ids([alert('b'), alert('a')])).toEqual(ids([alert('a'), alert('b')]))
  })
})

describe('rows on screen', () => {
  const a = alert('a')
  const b = alert('b', { level: 3 })
  it('hold newcomers back while hands are on the keys, and let them in sorted', () => {
    const rows = arrange({ shown: [], held: [] }, [a, b], false)
    expect(rows.shown).toEqual(['a', 'b'])
    const urgent = alert('u', { level: 1 })
    const held = arrange(rows, [urgent, a, b], false)
    expect(held).toEqual({ shown: ['a', 'b'], held: ['u'] })
    expect(arrange(held, [urgent, a, b], true)).toEqual({ shown: ['u', 'a', 'b'], held: [] })
  })
  it('keep their place when their level changes', () => {
    const rows = arrange({ shown: [], held: [] }, [a, b], false)
    expect(arrange(rows, [a, { ...b, level: 1 }], false).shown).toEqual(['a', 'b'])
  })
  it('lose what left the queue', () => {
    expect(arrange({ shown: ['a', 'b'], held: [] }, [b], false)).toEqual({ shown: ['b'], held: [] })
  })
  it('keep the selection, or pass it to the row that took its place', () => {
    expect(keepSelection(['a', 'b', 'c'], ['a', 'b', 'c'], 'b')).toBe('b')
    expect(keepSelection(['a', 'b', 'c'], ['a', 'c'], 'b')).toBe('c')
    expect(keepSelection(['a', 'b'], ['a'], 'b')).toBe('a')
    expect(keepSelection(['a'], [], 'a')).toBeUndefined()
  })
})

describe('filters', () => {
  it('match level, scope, mode and words in any of the names', () => {
    const a = alert('a', { zone: { id: 'z', name: '西海大桥桥区', name_en: 'Xihai Bridge' }, handler: { id: 'u1', name: '陈' } })
    expect(matches(a, NO_FILTER, 'u1')).toBe(true)
    expect(matches(a, { ...NO_FILTER, levels: [1] }, 'u1')).toBe(false)
    expect(matches(a, { ...NO_FILTER, scope: 'mine' }, 'u2')).toBe(false)
    expect(matches(a, { ...NO_FILTER, scope: 'road' }, 'u1')).toBe(false)
    expect(matches(a, { ...NO_FILTER, mode: 'guard' }, 'u1')).toBe(false)
    expect(matches(a, { ...NO_FILTER, text: 'xihai' }, 'u1')).toBe(true)
    expect(matches(a, { ...NO_FILTER, text: '顺德' }, 'u1')).toBe(false)
  })
  it('leave withdrawn and handled alerts out of the queue', () => {
    expect(inQueue(alert('a'))).toBe(true)
    expect(inQueue(alert('a', { withdrawn: true }))).toBe(false)
    expect(inQueue(alert('a', { state: 'dismissed' }))).toBe(false)
  })
})

describe('acts', () => {
  const me = { id: 'u1', name: '陈晓岚' }
  const now = Date.parse('2026-03-17T13:42:00.000Z')
  it('are foreseen where they may be taken back, never for a lead', () => {
    expect(foresee(alert('a'), { act: 'acknowledge', version: 0 }, me, now)).toMatchObject({ state: 'acknowledged', version: 1, handler: me })
    expect(foresee(alert('a'), { act: 'verify', version: 0, verdict: false, reason: 'permitted' }, me, now)).toMatchObject({ state: 'dismissed', reason: 'permitted' })
    expect(foresee(alert('a'), { act: 'snooze', version: 0, snooze_min: 15 }, me, now)?.snooze_to).toBe('2026-03-17T13:57:00.000Z')
    expect(foresee(alert('a', { snooze_to: '2026-03-17T13:57:00.000Z' }), { act: 'snooze', version: 0 }, me, now)?.snooze_to).toBeUndefined()
    expect(foresee(alert('a'), { act: 'lead', version: 0 }, me, now)).toBeUndefined()
  })
  it('show the newer of two by revision, then by acts', () => {
    expect(newer(undefined, alert('a'))).toBe(true)
    expect(newer(alert('a', { rev: 2 }), alert('a', { rev: 1, version: 9 }))).toBe(false)
    expect(newer(alert('a', { version: 3 }), alert('a', { version: 2 }))).toBe(false)
    expect(newer(alert('a', { version: 3 }), alert('a', { version: 3 }))).toBe(true)
  })
  it('show state by form', () => {
    expect(mark(alert('a'))).toBe('new')
    expect(mark(alert('a', { state: 'snoozed' }))).toBe('acknowledged')
    expect(mark(alert('a', { state: 'lead' }))).toBe('closed')
    expect(mark(alert('a', { withdrawn: true }))).toBe('withdrawn')
  })
})

describe('sound', () => {
  it('rings level 1 every ten seconds until somebody takes it, level 2 once, the rest never', () => {
    const rung = new Map<string, number>()
    expect(ringing([alert('q', { level: 3 })], rung, 0, 0)).toBeUndefined()
    expect(ringing([alert('b', { level: 2 })], rung, 1000, 0)).toBe(2)
    expect(ringing([alert('b', { level: 2 })], rung, 60_000, 0)).toBeUndefined()
    expect(ringing([alert('a', { level: 1 })], rung, 60_000, 0)).toBe(1)
    expect(ringing([alert('a', { level: 1 })], rung, 65_000, 60_000)).toBeUndefined()
    expect(ringing([alert('a', { level: 1 })], rung, 70_000, 60_000)).toBe(1)
    expect(ringing([alert('a', { level: 1, state: 'acknowledged' })], rung, 90_000, 60_000)).toBeUndefined()
  })
  it('rings again when the level rises', () => {
    const rung = new Map<string, number>()
    ringing([alert('a', { level: 3 })], rung, 0, 0)
    expect(ringing([alert('a', { level: 2 })], rung, 1000, 0)).toBe(2)
    expect(ringing([alert('a', { level: 1 })], rung, 2000, 1500)).toBe(1)
  })
})
