// SPDX-License-Identifier: Apache-2.0
// One form of one step: its values, its draft here and on the server, its one try, and what to do when somebody was first.
import { computed, onBeforeUnmount, reactive, ref, shallowRef, type ComputedRef, type Ref } from 'vue'
import { call, newKey } from '../api/client'
import { dataOf, firstValues, lacking, merge, same, since, withOf, type Difference, type Values } from '../domain/cases'
import type { CaseDetail, CaseEvent, Step, StepList } from '../domain/contract.gen'
import type { Failure } from '../domain/loadable'
import { instant } from '../domain/time'
import { useClock } from './clock'
import { useDrafts } from './drafts'

export type SaveState = { kind: 'none' } | { kind: 'server' | 'device'; at: number } | { kind: 'unsaved'; failure: Failure | undefined }

export interface Conflict {
  events: CaseEvent[]
  differ: Difference[]
  /** The step may not be possible any more. */
  gone: boolean
}

export interface StepForm {
  step: Ref<Step>
  values: Values
  touched: Ref<boolean>
  save: Ref<SaveState>
  failure: Ref<Failure | undefined>
  conflict: Ref<Conflict | undefined>
  missing: ComputedRef<string[]>
  tried: Ref<boolean>
  busy: Ref<boolean>
  restored: Ref<boolean>
  set: (key: string, value: unknown) => void
  keep: () => Promise<void>
  settle: (difference: Difference, take: 'mine' | 'theirs') => void
  submit: (more: { with: string[]; password?: string }) => Promise<CaseDetail | undefined>
}

const REST = 800

export function useStepForm(no: string, first: Step, version: number): StepForm {
  const clock = useClock()
  const drafts = useDrafts()
  const step = shallowRef(first)
  let key = newKey()
  let sent = ''
  let read = version
  let opened = firstValues(first.fields)
  const values = reactive<Values>(firstValues(first.fields))
  const touched = ref(false)
  const save = ref<SaveState>({ kind: 'none' })
  const failure = ref<Failure>()
  const conflict = ref<Conflict>()
  const tried = ref(false)
  const busy = ref(false)
  const restored = ref(false)
  const missing = computed(() => lacking(step.value.fields, values))
  let timer: ReturnType<typeof setTimeout> | undefined

  restore()

  // The younger of what this device and what the server holds.
  function restore(): void {
    const local = drafts.read(no, first.event)
    const server = first.draft
    const serverAt = server?.saved_at === undefined ? 0 : instant(server.saved_at)
    const from = local && local.at >= serverAt ? local.data : server?.data
    if (!from) return
    if (local) opened = { ...opened, ...local.opened }
    const m = merge(opened, { ...values, ...from }, first.fields)
    Object.assign(values, m.values)
    opened = firstValues(first.fields)
    restored.value = true
    if (m.differ.length > 0) conflict.value = { events: [], differ: m.differ, gone: false }
    save.value = local && local.at >= serverAt ? { kind: 'device', at: local.at } : { kind: 'server', at: serverAt }
  }

  function set(k: string, value: unknown): void {
    if (same(values[k], value)) return
    values[k] = value
    touched.value = true
    clearTimeout(timer)
    const stored = drafts.write(no, step.value.event, { data: { ...values }, opened, version: read, at: clock.exactNow() })
    if (!stored) save.value = { kind: 'unsaved', failure: undefined }
    timer = setTimeout(() => void keep(), REST)
  }

  async function keep(): Promise<void> {
    clearTimeout(timer)
    if (!touched.value || busy.value) return
    const r = await call('saveDraft', { path: { no, event: step.value.event }, body: { data: { ...values }, version: read } })
    if (r.ok) save.value = { kind: 'server', at: r.value.saved_at === undefined ? clock.exactNow() : instant(r.value.saved_at) }
    else if (drafts.read(no, step.value.event)) save.value = { kind: 'device', at: clock.exactNow() }
    else save.value = { kind: 'unsaved', failure: r.failure }
  }

  // Somebody was first: both texts stay, and only real differences are asked for.
  async function rebase(why: Failure): Promise<void> {
    const [list, detail] = await Promise.all([call('listSteps', { path: { no } }), call('getCase', { path: { no } })])
    const now = detail.ok ? detail.value : (why.current as CaseDetail | undefined)
    const events = why.changed ?? (now ? since(now, read) : [])
    const fresh = list.ok ? find(list.value) : undefined
    if (fresh && list.ok) {
      const m = merge(opened, { ...values }, fresh.fields)
      Object.assign(values, m.values)
      opened = firstValues(fresh.fields)
      step.value = fresh
      read = list.value.version
      conflict.value = { events, differ: m.differ, gone: !fresh.ok }
    } else conflict.value = { events, differ: [], gone: true }
    key = newKey()
    drafts.write(no, first.event, { data: { ...values }, opened, version: read, at: clock.exactNow() })
  }

  const find = (list: StepList): Step | undefined => list.steps.find((s) => s.event === first.event)

  function settle(d: Difference, take: 'mine' | 'theirs'): void {
    if (take === 'theirs') set(d.field.key, d.theirs)
    if (conflict.value) conflict.value = { ...conflict.value, differ: conflict.value.differ.filter((x) => x.field.key !== d.field.key) }
  }

  async function submit(more: { with: string[]; password?: string }): Promise<CaseDetail | undefined> {
    tried.value = true
    if (busy.value || missing.value.length > 0) return undefined
    clearTimeout(timer)
    const together = withOf(step.value.fields, values) ?? more.with
    const body = { event: step.value.event, version: read, data: dataOf(step.value.fields, values), ...(together.length > 0 ? { with: together } : {}), ...(more.password === undefined ? {} : { password: more.password }) }
    // A try with other words is another act; the same words sent twice are one.
    const text = JSON.stringify(body)
    if (sent !== '' && sent !== text) key = newKey()
    sent = text
    busy.value = true
    failure.value = undefined
    const r = await call('addCaseEvent', { path: { no }, body, key })
    busy.value = false
    if (r.ok) {
      touched.value = false
      drafts.drop(no, step.value.event)
      return r.value
    }
    failure.value = r.failure
    if (r.failure.code === 'conflict') await rebase(r.failure)
    return undefined
  }

  // Leaving never asks: what was typed is kept.
  onBeforeUnmount(() => { void keep() })
  return { step, values, touched, save, failure, conflict, missing, tried, busy, restored, set, keep, settle, submit }
}
