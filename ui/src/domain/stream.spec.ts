// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { backoff, Sequence } from './stream'

describe('sequence', () => {
  it('applies each number once, in order', () => {
    const s = new Sequence()
    expect(s.resumeFrom).toBeUndefined()
    s.startAt(10)
    expect(s.accept('alert', '11')).toBe('apply')
    expect(s.accept('alert', '11')).toBe('drop')
    expect(s.accept('alert', '9')).toBe('drop')
    expect(s.accept('alert', '14')).toBe('apply')
    expect(s.resumeFrom).toBe(14)
  })
  it('passes what carries no number, and drops what carries none that can be read', () => {
    const s = new Sequence()
    s.startAt(3)
    expect(s.accept('tick', undefined)).toBe('apply')
    expect(s.accept('alert', 'x')).toBe('drop')
    expect(s.resumeFrom).toBe(3)
  })
  it('takes the server’s numbering after a resync, also when it starts from below', () => {
    const s = new Sequence()
    s.startAt(5000)
    expect(s.accept('resync', '12')).toBe('resync')
    s.startAt(12)
    expect(s.accept('alert', '13')).toBe('apply')
  })
})

describe('back-off', () => {
  it('doubles to thirty seconds, never less than half of its step', () => {
    expect(backoff(0, 0)).toBe(250)
    expect(backoff(0, 1)).toBe(500)
    expect(backoff(3, 0)).toBe(2000)
    expect(backoff(50, 1)).toBe(30_000)
    for (let n = 0; n < 12; n++) expect(backoff(n, 0.5)).toBeGreaterThanOrEqual(backoff(Math.max(0, n - 1), 0.5))
  })
})
