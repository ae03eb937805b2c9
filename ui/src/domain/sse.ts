// SPDX-License-Identifier: Apache-2.0
// The text of an event stream, in any cuts the network makes, to events. WHATWG HTML, 9.2.6.

export interface SseEvent {
  id: string | undefined
  event: string
  data: string
}

export class SseParser {
  private rest = ''
  private data: string[] = []
  private event = ''
  private id: string | undefined

  /** Events that became whole with this piece of text. */
  push(text: string): SseEvent[] {
    const out: SseEvent[] = []
    this.rest += text
    for (;;) {
      const end = this.rest.search(/\r\n|\n|\r/)
      // A lone CR at the very end may be half of CRLF: wait for the next piece.
      if (end < 0 || (this.rest[end] === '\r' && end === this.rest.length - 1)) return out
      const line = this.rest.slice(0, end)
      this.rest = this.rest.slice(end + (this.rest.startsWith('\r\n', end) ? 2 : 1))
      this.line(line, out)
    }
  }

  private line(line: string, out: SseEvent[]): void {
    if (line === '') {
      if (this.data.length > 0) out.push({ id: this.id, event: this.event || 'message', data: this.data.join('\n') })
      this.data = []
      this.event = ''
      this.id = undefined
      return
    }
    if (line.startsWith(':')) return
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const raw = colon < 0 ? '' : line.slice(colon + 1)
    const value = raw.startsWith(' ') ? raw.slice(1) : raw
    if (field === 'data') this.data.push(value)
    else if (field === 'event') this.event = value
    else if (field === 'id' && !value.includes('\0')) this.id = value
  }
}
