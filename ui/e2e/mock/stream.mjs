// SPDX-License-Identifier: Apache-2.0
// The event stream as openapi.yaml has it: numbered events in a ring, resume by number, resync when the ring is past it.
const HELD = 5000

export class Stream {
  seq = Math.floor(Date.now() / 1000) % 1_000_000
  ring = []
  clients = new Set()

  publish(event, data) {
    this.seq += 1
    const item = { seq: this.seq, event, data }
    this.ring.push(item)
    if (this.ring.length > HELD) this.ring.shift()
    for (const c of this.clients) this.send(c, item)
  }

  send(res, { seq, event, data }) {
    res.write(`${seq === undefined ? '' : `id: ${seq}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  tick() {
    for (const c of this.clients) this.send(c, { event: 'tick', data: { time: new Date().toISOString(), seq: this.seq } })
  }

  open(req, res, url) {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    const since = Number(url.searchParams.get('since') ?? req.headers['last-event-id'] ?? NaN)
    const oldest = this.ring[0]?.seq ?? this.seq + 1
    const asked = Number.isFinite(since)
    const held = asked && since >= oldest - 1 && since <= this.seq
    this.send(res, { event: 'hello', data: { seq: this.seq, time: new Date().toISOString(), resumed: held } })
    if (asked && !held) this.send(res, { seq: this.seq, event: 'resync', data: { seq: this.seq, why: since > this.seq ? 'restart' : 'too_old' } })
    if (held) this.replay(res, since)
    this.clients.add(res)
    req.on('close', () => this.clients.delete(res))
  }

  // What was missed, in order; of positions only the newest of each target.
  replay(res, since) {
    const missed = this.ring.filter((e) => e.seq > since)
    const newest = new Map()
    for (const e of missed) if (e.event === 'positions') for (const p of e.data.items) newest.set(p.key, p)
    for (const e of missed) if (e.event !== 'positions') this.send(res, e)
    if (newest.size > 0) this.send(res, { seq: this.seq, event: 'positions', data: { items: [...newest.values()] } })
  }

  drop() {
    for (const c of this.clients) c.destroy()
    this.clients.clear()
  }

  forget() {
    this.ring = []
    this.seq += 10
  }
}
