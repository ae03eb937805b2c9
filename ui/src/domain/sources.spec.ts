// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import type { Source } from './contract.gen'
import { joinAddress, portProblem, rejectRate, worstSource } from './sources'

const source = (id: string, health: Source['health'], since = ''): Source => ({ id, name: id, kind: 'nmea_tcp', enabled: true, health, accepted: 0, rejected: 0, bytes: 0, ...(since === '' ? {} : { since }) })

describe('sources', () => {
  it('name the worst: down before late, the longest first, switched off never', () => {
    expect(worstSource([source('a', 'up'), source('b', 'off')])).toBeUndefined()
    expect(worstSource([source('a', 'late'), source('b', 'down', '2026-03-17T13:00:00Z'), source('c', 'down', '2026-03-17T12:00:00Z')])?.id).toBe('c')
  })
  it('tell refused frames in permille, and nothing of nothing', () => {
    expect(rejectRate({ accepted: 995, rejected: 5 })).toBe(5)
    expect(rejectRate({ accepted: 0, rejected: 0 })).toBeUndefined()
  })
  it('join host and port, IPv6 in brackets', () => {
    expect(joinAddress({ host: ' 10.20.4.12 ', port: '4001' })).toBe('10.20.4.12:4001')
    expect(joinAddress({ host: '::1', port: '4001' })).toBe('[::1]:4001')
  })
  it('refuse a port that is none', () => {
    for (const p of ['', '0', '65536', '4 001', '-1', '4001x']) expect(portProblem(p)).toBe(true)
    for (const p of ['1', '4001', '65535']) expect(portProblem(p)).toBe(false)
  })
})
