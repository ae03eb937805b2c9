// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { SseParser, type SseEvent } from './sse'

const TEXT = 'id: 7\nevent: alert\ndata: {"a":1}\n\n: comment\n\nevent: tick\r\ndata: x\r\ndata: y\r\n\r\ndata: last\n\n'
const WHOLE: SseEvent[] = [
  { id: '7', event: 'alert', data: '{"a":1}' }, { id: undefined, event: 'tick', data: 'x\ny' }, { id: undefined, event: 'message', data: 'last' },
]

describe('event stream text', () => {
  it('gives the same events however the network cuts it', () => {
    for (let cut = 1; cut < TEXT.length; cut++) {
      const p = new SseParser()
      expect([...p.push(TEXT.slice(0, cut)), ...p.push(TEXT.slice(cut))]).toEqual(WHOLE)
    }
    const p = new SseParser()
    expect(Array.from(TEXT).flatMap((c) => p.push(c))).toEqual(WHOLE)
  })
  it('keeps an unfinished event back', () => {
    const p = new SseParser()
    expect(p.push('id: 1\ndata: half')).toEqual([])
    expect(p.push(' and half\n\n')).toEqual([{ id: '1', event: 'message', data: 'half and half' }])
  })
  it('sends nothing for an event without data', () => {
    expect(new SseParser().push('event: ping\nid: 3\n\n')).toEqual([])
  })
})
