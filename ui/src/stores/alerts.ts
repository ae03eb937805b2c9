// SPDX-License-Identifier: Apache-2.0
// The queue: every alert somebody still has to look at, the order it is shown in, and what people do with it.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { call, newKey } from '../api/client'
import { arrange, compare, foresee, inQueue, matches, newer, NO_FILTER, type QueueFilter, type Rows } from '../domain/alerts'
import type { Alert, AlertAct } from '../domain/contract.gen'
import type { Failure, Outcome } from '../domain/loadable'
import { useClock } from './clock'
import { useSession } from './session'

export const UNDO_MS = 10_000
const QUIET_KEYS_MS = 2000

export interface Done {
  alert: Alert
  act: AlertAct['act']
  until: number
}

export const useAlerts = defineStore('alerts', () => {
  const clock = useClock()
  const session = useSession()
  const byId = new Map<string, Alert>()
  const version = ref(0)
  const loaded = ref(false)
  const failure = ref<Failure>()
  const filter = ref<QueueFilter>(NO_FILTER)
  const rows = shallowRef<Rows>({ shown: [], held: [] })
  const done = shallowRef<Done>()
  let lastKey = 0

  const me = computed(() => session.me?.id ?? '')
  const open = computed<Alert[]>(() => (void version.value, [...byId.values()].filter(inQueue)))
  const visible = computed<Alert[]>(() => open.value.filter((a) => matches(a, filter.value, me.value)))
  const shown = computed<Alert[]>(() => (void version.value, rows.value.shown.flatMap((id) => byId.get(id) ?? [])))
  const sorted = computed<Alert[]>(() => [...open.value].sort(compare))
  const counts = computed(() => ({
    all: open.value.length,
    mine: open.value.filter((a) => a.handler?.id === me.value).length,
    water: open.value.filter((a) => a.target.kind === 'vessel').length,
    road: open.value.filter((a) => a.target.kind === 'vehicle').length,
  }))

  function relist(settle: boolean): void {
    rows.value = arrange(rows.value, visible.value, settle || Date.now() - lastKey > QUIET_KEYS_MS)
  }

  /** Hands are on the keys: newcomers wait until they rest. */
  function touched(): void {
    lastKey = Date.now()
  }

  function upsert(a: Alert): void {
    if (!newer(byId.get(a.id), a)) return
    byId.set(a.id, a)
    version.value += 1
    relist(false)
  }

  /** All alerts in the queue; answers the sequence number up to which the list is whole. */
  async function load(): Promise<number | undefined> {
    const got: Alert[] = []
    let cursor: string | undefined
    let seq: number | undefined
    do {
      const page = await call('listAlerts', { query: { limit: 500, ...(cursor === undefined ? {} : { cursor }) } })
      if (!page.ok) {
        failure.value = page.failure
        return undefined
      }
      got.push(...page.value.items)
      seq = Math.min(seq ?? page.value.seq, page.value.seq)
      cursor = page.value.next
    } while (cursor !== undefined)
    const keep = new Set(got.map((a) => a.id))
    for (const [id, a] of byId) if (inQueue(a) && !keep.has(id)) byId.delete(id)
    for (const a of got) if (newer(byId.get(a.id), a)) byId.set(a.id, a)
    failure.value = undefined
    loaded.value = true
    version.value += 1
    relist(rows.value.shown.length === 0)
    return seq
  }

  function setFilter(f: QueueFilter): void {
    filter.value = f
    relist(true)
  }

  let sending: Promise<unknown> = Promise.resolve()
  /** Once the last act has been answered: a quick Z takes back what A has only just sent. */
  async function settled(): Promise<void> {
    await sending
  }

  /** Shows the act at once where it may be taken back, sends it, and shows the truth when it comes. */
  async function act(id: string, body: Omit<AlertAct, 'version'>, key = newKey()): Promise<Outcome<Alert>> {
    const before = byId.get(id)
    const who = session.me
    if (!before || !who) return { ok: false, failure: { code: 'not_found', message: '', status: 404 } }
    const full: AlertAct = { ...body, version: before.version }
    const ahead = foresee(before, full, { id: who.id, name: who.name }, clock.exactNow())
    if (ahead) {
      byId.set(id, ahead)
      version.value += 1
    }
    const sent = call('actOnAlert', { path: { id }, body: full, key })
    sending = sent
    const r = await sent
    if (r.ok) {
      byId.set(id, r.value)
      done.value = body.act === 'take_back' ? undefined : { alert: r.value, act: body.act, until: Date.now() + UNDO_MS }
    } else if (ahead && byId.get(id) === ahead) {
      byId.set(id, current(r.failure) ?? before)
    }
    version.value += 1
    relist(false)
    return r
  }

  function current(f: Failure): Alert | undefined {
    const c = f.current as Alert | undefined
    return f.code === 'conflict' && c !== undefined && typeof c.id === 'string' ? c : undefined
  }

  const undoable = computed(() => (void clock.now, done.value && done.value.until > Date.now() ? done.value : undefined))

  function get(id: string): Alert | undefined {
    void version.value
    return byId.get(id)
  }

  return { version, loaded, failure, filter, rows, shown, sorted, open, visible, counts, done, undoable, relist, touched, upsert, load, setFilter, act, settled, get }
})
