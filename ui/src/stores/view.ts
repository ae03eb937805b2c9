// SPDX-License-Identifier: Apache-2.0
// What the desk shows: the one clock, its axis, the one selection, the map's place. The address mirrors it (app/).
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { call } from '../api/client'
import type { Position, Timeline } from '../domain/contract.gen'
import { axis, neighbour } from '../domain/slider'
import { instant, iso } from '../domain/time'
import { TABLE, type MapView, type Selection } from '../domain/urlstate'
import { useClock } from './clock'

const NO_LANES: Timeline = { from: '', to: '', alerts: [], acts: [], gaps: [] }
const SCRUB_REST_MS = 120

export const useView = defineStore('view', () => {
  const clock = useClock()
  /** undefined = live */
  const t = ref<number>()
  const width = ref(TABLE.w.default)
  const playing = ref(false)
  const rate = ref(1)
  const selection = ref<Selection>()
  const map = shallowRef<MapView>()
  const follow = ref(false)
  const lanes = shallowRef<Timeline>(NO_LANES)
  const past = shallowRef<readonly Position[]>()
  const pastState = ref<'ok' | 'loading' | 'failed'>('ok')

  const shownAt = computed(() => t.value ?? clock.now)
  const span = computed(() => axis(shownAt.value, width.value))
  const live = computed(() => t.value === undefined)

  let pending: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  /** Leaves live, or moves the clock; nothing lies right of now. */
  function go(at: number): void {
    t.value = Math.min(at, clock.exactNow())
    clearTimeout(pending)
    pending = setTimeout(() => void fetchPast(), SCRUB_REST_MS)
  }

  function goLive(): void {
    clearTimeout(pending)
    asked += 1
    t.value = undefined
    playing.value = false
    past.value = undefined
    pastState.value = 'ok'
  }

  /** One step of playing: asks for the picture only when the last one has come. */
  function advance(ms: number): void {
    if (t.value === undefined) return
    const to = t.value + ms
    if (to >= clock.exactNow()) {
      goLive()
      return
    }
    t.value = to
    if (pastState.value !== 'loading') void fetchPast()
  }

  async function fetchPast(): Promise<void> {
    const at = t.value
    if (at === undefined) return
    const mine = ++asked
    pastState.value = 'loading'
    const r = await call('listTargets', { query: { at: iso(at), limit: 100_000 } })
    if (mine !== asked) return
    pastState.value = r.ok ? 'ok' : 'failed'
    if (r.ok) past.value = r.value.items
  }

  async function fetchLanes(): Promise<void> {
    const r = await call('getTimeline', { query: { from: iso(span.value.from), to: iso(span.value.to) } })
    if (r.ok) lanes.value = r.value
  }

  function toEvent(dir: 1 | -1): void {
    const at = neighbour([...lanes.value.alerts.map((a) => instant(a.open)), ...lanes.value.acts.map((a) => instant(a.at))], shownAt.value, dir)
    if (at !== undefined) go(at)
  }

  return { t, width, playing, rate, selection, map, follow, lanes, past, pastState, shownAt, span, live, go, advance, goLive, fetchPast, fetchLanes, toEvent }
})
