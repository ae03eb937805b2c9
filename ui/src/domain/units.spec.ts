// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { bytes, course, degreesMinutes, exact, metres, money, postedLimit, shortHash, speed, thousands } from './units'

describe('units', () => {
  it('shows vessels in knots and vehicles in km/h, from the same integers', () => {
    expect(speed(229_648, 'vessel')).toEqual({ value: '12.4', unit: 'kn' })
    expect(speed(0, 'vessel')).toEqual({ value: '0.0', unit: 'kn' })
    expect(speed(600_000, 'vehicle')).toEqual({ value: '60', unit: 'km/h' })
  })
  it('rounds a course into the circle', () => {
    expect(course(10_312)).toBe('103°')
    expect(course(35_999)).toBe('000°')
    expect(course(0)).toBe('000°')
  })
  it('writes degrees and minutes with the hemisphere, carrying minutes that round up', () => {
    expect(degreesMinutes(22.8923, 113.2151)).toBe('22°53.538′N 113°12.906′E')
    expect(degreesMinutes(-8.9999999, -79.55)).toBe('09°00.000′S 079°33.000′W')
  })
  it('keeps fen exact', () => {
    expect(money(450_000)).toBe('4,500')
    expect(money(450_007)).toBe('4,500.07')
    expect(money(5)).toBe('0.05')
  })
  it('says a limit in the unit in which it was posted', () => {
    expect(postedLimit(120_000)).toEqual({ value: '12', unit: 'km/h' })
    expect(postedLimit(185_200)).toEqual({ value: '10.0', unit: 'kn' })
  })
  it('groups digits by threes, negative ones too', () => {
    expect(thousands(1284)).toBe('1,284')
    expect(thousands(-1_234_567)).toBe('-1,234,567')
    expect(thousands(12)).toBe('12')
    expect(exact(229_648)).toBe('229\u2009648')
  })
  it('shortens hashes to first four and last four', () => {
    expect(shortHash('5f0c9e21b7d45f0c9e21b7d4')).toBe('5f0c…b7d4')
    expect(shortHash('short')).toBe('short')
  })
  it('says bytes and metres in few digits', () => {
    expect(bytes(4_404_019)).toBe('4.2 MB')
    expect(bytes(999)).toBe('999 B')
    expect(metres(89_600)).toBe('89.6')
    expect(metres(90_000)).toBe('90')
  })
})
