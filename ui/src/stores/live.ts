// SPDX-License-Identifier: Apache-2.0
// The line to the server and the moving picture that comes over it.
import { defineStore } from 'pinia'
import { markRaw, ref, shallowRef } from 'vue'
import { call } from '../api/client'
import { EventLink, type LinkState } from '../api/events'
import type { EventCase, LiveEvent, Position } from '../domain/contract.gen'
import { LiveTargets } from '../domain/live'
import { freshness } from '../domain/freshness'
import { instant } from '../domain/time'
import { useAlerts } from './alerts'
import { useClock } from './clock'
import { useSession } from './session'
import { useSources } from './sources'

export interface Counts {
  total: number
  moving: number
  late: number
}

export const useLive = defineStore('live', () => {
  const clock = useClock()
  const alerts = useAlerts()
  const sources = useSources()
  const session = useSession()

  // Raw: ten thousand targets behind a deep proxy would be ten thousand watchers.
  const targets = markRaw(new LiveTargets())
  const version = ref(0)
  const link = ref<LinkState>('connecting')
  const retryAt = ref(0)
  const counts = ref<Counts>({ total: 0, moving: 0, late: 0 })
  const lastCase = shallowRef<EventCase>()
  const resyncs = ref(0)

  let waiting: Position[] = []
  let gone: string[] = []
  let frame = 0

  // Batches are collected and applied once per drawn frame, however many come between two of them.
  function flush(): void {
    frame = 0
    if (waiting.length > 0) targets.apply(waiting, performance.now())
    if (gone.length > 0) targets.forget(gone)
    waiting = []
    gone = []
    version.value += 1
  }

  function schedule(): void {
    if (frame !== 0) return
    // A hidden tab draws no frames, yet must not pile up batches.
    frame = document.hidden ? window.setTimeout(flush, 1000) : requestAnimationFrame(flush)
  }

  function onEvent(e: LiveEvent): void {
    switch (e.event) {
      case 'positions':
        waiting.push(...e.data.items)
        if (e.data.gone) gone.push(...e.data.gone)
        schedule()
        break
      case 'alert': alerts.upsert(e.data); break
      case 'source': sources.upsert(e.data); break
      case 'case': lastCase.value = e.data; break
      case 'hello':
      case 'tick': clock.hear(instant(e.data.time)); break
      case 'resync': break
    }
  }

  async function snapshots(): Promise<void> {
    const [t, a] = await Promise.all([call('listTargets', { query: { limit: 100_000 } }), alerts.load(), sources.load()])
    if (t.ok) {
      waiting = []
      gone = []
      targets.replace(t.value.items, performance.now())
      version.value += 1
    }
    const seq = Math.min(t.ok ? t.value.seq : Infinity, a ?? Infinity)
    if (Number.isFinite(seq)) stream.sequence.startAt(seq)
  }

  const stream = new EventLink({
    onEvent,
    onResync: async () => {
      resyncs.value += 1
      await snapshots()
    },
    onState: (s, retryIn) => {
      link.value = s
      retryAt.value = s === 'lost' ? Date.now() + retryIn : 0
    },
    onLoggedOut: () => session.leave('expired'),
  })

  let running = false
  let counting: ReturnType<typeof setInterval> | undefined

  async function start(): Promise<void> {
    if (running) return
    running = true
    window.addEventListener('online', retry)
    await snapshots()
    count()
    counting = setInterval(count, 1000)
    if (isRunning()) stream.start()
  }

  function isRunning(): boolean {
    return running
  }

  function stop(): void {
    running = false
    clearInterval(counting)
    window.removeEventListener('online', retry)
    stream.stop()
  }

  function retry(): void {
    stream.retry()
  }

  function count(): void {
    const now = clock.exactNow()
    const c: Counts = { total: targets.slots.length, moving: 0, late: 0 }
    for (const t of targets.slots) {
      if (t.pos.motion === 'moving') c.moving += 1
      if (freshness(t.pos, now) !== 'fresh') c.late += 1
    }
    counts.value = c
  }

  return { targets, version, link, retryAt, counts, lastCase, resyncs, start, stop, retry }
})
