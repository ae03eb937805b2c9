// SPDX-License-Identifier: Apache-2.0
// The live stream: one connection, resumed by sequence number, given up never. Read by fetch and not by EventSource,
// because a refusal (401) must be told from a lost line, and because the waiting time is ours to choose.
import type { LiveEvent } from '../domain/contract.gen'
import { SseParser } from '../domain/sse'
import { backoff, Sequence } from '../domain/stream'
import { misfit } from './check'
import { headers, pathOf } from './client'
import { eventSchemas } from './schema.gen'

export type LinkState = 'connecting' | 'live' | 'lost'

export interface StreamHandlers {
  onEvent: (e: LiveEvent) => void
  /** Read the snapshots anew; resolves when they are in place. */
  onResync: () => Promise<void>
  onState: (s: LinkState, retryInMs: number) => void
  onLoggedOut: () => void
}

const SILENCE_MS = 15_000

export class EventLink {
  readonly sequence = new Sequence()
  private abort: AbortController | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private watchdog: ReturnType<typeof setTimeout> | undefined
  private attempt = 0
  private stopped = true

  constructor(private readonly to: StreamHandlers) {}

  start(): void {
    if (!this.stopped) return
    this.stopped = false
    void this.run()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
    clearTimeout(this.watchdog)
    this.abort?.abort()
  }

  /** Try now (the browser says that it is on line again, or the user asks). */
  retry(): void {
    if (this.stopped || this.timer === undefined) return
    clearTimeout(this.timer)
    this.timer = undefined
    void this.run()
  }

  private async run(): Promise<void> {
    this.timer = undefined
    this.abort = new AbortController()
    this.to.onState('connecting', 0)
    try {
      const since = this.sequence.resumeFrom
      const response = await fetch(pathOf('events', {}, since === undefined ? {} : { since }), {
        credentials: 'same-origin', headers: { ...headers('events', undefined, false), Accept: 'text/event-stream' },
        signal: this.abort.signal, cache: 'no-store',
      })
      if (response.status === 401) {
        this.stop()
        this.to.onLoggedOut()
        return
      }
      if (response.ok && response.body) await this.read(response.body)
    } catch {
      // A lost line is no news: what follows tells it and tries again.
    }
    clearTimeout(this.watchdog)
    if (this.isStopped()) return
    const wait = backoff(this.attempt, Math.random())
    this.attempt += 1
    this.to.onState('lost', wait)
    this.timer = setTimeout(() => void this.run(), wait)
  }

  // Read through a call: the field changes while run() waits, which the compiler cannot see.
  private isStopped(): boolean {
    return this.stopped
  }

  private async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const parser = new SseParser()
    const decoder = new TextDecoder()
    const reader = stream.getReader()
    this.feed()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || this.stopped) return
      this.feed()
      for (const e of parser.push(decoder.decode(value, { stream: true }))) await this.take(e.event, e.id, e.data)
    }
  }

  // Ticks come every 5 s: a line that says nothing for three of them is dead, whatever TCP thinks.
  private feed(): void {
    clearTimeout(this.watchdog)
    this.watchdog = setTimeout(() => this.abort?.abort(), SILENCE_MS)
  }

  private async take(event: string, id: string | undefined, data: string): Promise<void> {
    if (!(event in eventSchemas)) return
    let value: unknown
    try {
      value = JSON.parse(data)
    } catch {
      return
    }
    const name = event as keyof typeof eventSchemas
    if (misfit(value, { ref: eventSchemas[name] }, event) !== undefined) return
    const verdict = this.sequence.accept(event, id)
    if (event === 'hello') {
      this.attempt = 0
      this.to.onState('live', 0)
    }
    if (verdict === 'resync') await this.to.onResync()
    else if (verdict === 'apply') this.to.onEvent({ event: name, data: value } as LiveEvent)
  }
}
