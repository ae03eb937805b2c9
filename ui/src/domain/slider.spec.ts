// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { axis, neighbour, parseWidth, printWidth, stepWidth, ticks, toFraction, toInstant, WIDTHS } from './slider'
import { DAY, HOUR, MINUTE, offsetMs } from './time'

const now = Date.parse('2026-03-17T13:42:08Z')
const CN = offsetMs('+08:00')

describe('the time axis', () => {
  it('has its instant at three quarters and is linear', () => {
    const a = axis(now, 150 * MINUTE)
    expect(toFraction(a, now)).toBe(0.75)
    expect(toInstant(a, toFraction(a, now - HOUR))).toBe(now - HOUR)
  })
  it('ticks on whole local hours and days, not too many', () => {
    for (const w of WIDTHS) {
      const a = axis(now, w)
      const t = ticks(a, 8, CN)
      expect(t.at.length).toBeGreaterThan(1)
      expect(t.at.length).toBeLessThanOrEqual(9)
      for (const x of t.at) {
        expect((x + CN) % t.step).toBe(0)
        expect(x >= a.from && x <= a.to).toBe(true)
      }
    }
  })
  it('reads the widths it prints and refuses what is no width', () => {
    for (const w of WIDTHS) expect(parseWidth(printWidth(w))).toBe(w)
    expect(printWidth(150 * MINUTE)).toBe('150m')
    expect(printWidth(7 * DAY)).toBe('7d')
    for (const bad of ['', '150', '4m', '91d', '-5h', '1.5h', '10w']) expect(parseWidth(bad)).toBeUndefined()
  })
  it('steps through the widths and stops at the ends', () => {
    expect(stepWidth(WIDTHS[1]!, 1)).toBe(WIDTHS[2])
    expect(stepWidth(WIDTHS[0]!, -1)).toBe(WIDTHS[0])
    expect(stepWidth(WIDTHS.at(-1)!, 1)).toBe(WIDTHS.at(-1))
  })
  it('finds the next and previous event strictly beyond the clock', () => {
    expect(neighbour([5, 1, 9], 5, 1)).toBe(9)
    expect(neighbour([5, 1, 9], 5, -1)).toBe(1)
    expect(neighbour([], 5, 1)).toBeUndefined()
  })
})
