// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { age, DAY, HOUR, instant, MINUTE, moment, offsetMs, SECOND, span } from './time'

const CN = offsetMs('+08:00')
const now = instant('2026-03-17T13:42:08.000Z')

describe('time', () => {
  it('reads offsets, and takes anything else for none', () => {
    expect(CN).toBe(8 * HOUR)
    expect(offsetMs('-03:30')).toBe(-3.5 * HOUR)
    expect(offsetMs('Z')).toBe(0)
  })
  it('says today by the clock, this year by the day, else the date, in the installation’s zone', () => {
    expect(moment(now - 50 * SECOND, now, CN)).toBe('21:41:18')
    expect(moment(instant('2026-03-16T16:00:00Z'), now, CN)).toBe('00:00:00')
    expect(moment(instant('2026-03-16T15:59:00Z'), now, CN)).toBe('03-16 23:59')
    expect(moment(instant('2025-12-31T16:30:00Z'), now, CN)).toBe('01-01 00:30')
    expect(moment(instant('2025-12-31T15:30:00Z'), now, CN)).toBe('2025-12-31')
  })
  it('tells an age in one unit and never below zero', () => {
    expect(age(now - 3 * SECOND, now, CN)).toEqual({ unit: 'sec', n: 3 })
    expect(age(now - 18 * MINUTE, now, CN)).toEqual({ unit: 'min', n: 18 })
    expect(age(now - 2 * HOUR, now, CN)).toEqual({ unit: 'hour', n: 2 })
    expect(age(now - 2 * DAY, now, CN)).toEqual({ unit: 'date', text: '03-15' })
    expect(age(now + MINUTE, now, CN)).toEqual({ unit: 'sec', n: 0 })
  })
  it('tells a span in its two largest units', () => {
    expect(span(168 * SECOND)).toEqual([{ unit: 'min', n: 2 }, { unit: 'sec', n: 48 }])
    expect(span(3 * HOUR)).toEqual([{ unit: 'hour', n: 3 }])
    expect(span(0)).toEqual([{ unit: 'sec', n: 0 }])
    expect(span(2 * DAY + 5 * MINUTE)).toEqual([{ unit: 'day', n: 2 }])
  })
})
