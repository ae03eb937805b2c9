// SPDX-License-Identifier: Apache-2.0
// What a page needs to know of cases: order of the stages, values of a step's form, and what changed under somebody's hands.
import type { CaseDetail, CaseEvent, Stage, Step, StepField, StepList } from './contract.gen'

export const STAGES: readonly Stage[] = ['lead', 'filing', 'investigation', 'review', 'notice', 'legal_review', 'decision', 'service', 'closing']

export type Values = Record<string, unknown>

/** APL 41: is the record true, clear, complete, accurate. */
export const QUESTIONS = ['true', 'clear', 'complete', 'accurate'] as const
export type Question = (typeof QUESTIONS)[number]

/** First values of a form: what the server filled in; a choice that is not made stays undefined. */
export function firstValues(fields: readonly StepField[]): Values {
  const out: Values = {}
  for (const f of fields) out[f.key] = copy(f.value) ?? asked(f) ?? (f.type === 'bool' ? false : f.type === 'choices' || f.type === 'persons' ? [] : undefined)
  return out
}

// Lists of yes and no that the law asks for: nothing is answered beforehand. The hint names their members.
const ASKED = new Set(['ticks', 'told'])
function asked(f: StepField): Values | undefined {
  const m = /^\{([a-z_]+(?:, *[a-z_]+)*)\}$/.exec(f.hint ?? '')
  if (f.type !== 'json' || !ASKED.has(f.key) || m?.[1] === undefined) return undefined
  return Object.fromEntries(m[1].split(',').map((k) => [k.trim(), null]))
}

// Values are plain JSON; a copy through text also frees them of any watcher.
const copy = (v: unknown): unknown => (typeof v === 'object' && v !== null ? (JSON.parse(JSON.stringify(v)) as unknown) : v ?? undefined)

export function empty(v: unknown): boolean {
  return v === undefined || v === null || v === '' || (Array.isArray(v) && v.length === 0)
}

/** Keys of required fields that are still empty. A box that must be answered is never empty: unticked is an answer. */
export function lacking(fields: readonly StepField[], values: Values): string[] {
  return fields.filter((f) => f.required && (f.type === 'json' ? unanswered(values[f.key]) : empty(values[f.key]))).map((f) => f.key)
}

function unanswered(v: unknown): boolean {
  if (empty(v)) return true
  return typeof v === 'object' && v !== null && !Array.isArray(v) && Object.values(v).some((x) => x === null)
}

/** Members of a value that is a list of yes and no, or undefined for any other value. */
export function questions(v: unknown): string[] | undefined {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) return undefined
  const members = Object.entries(v)
  return members.length > 0 && members.every(([, x]) => x === null || typeof x === 'boolean') ? members.map(([k]) => k) : undefined
}

/** People who act together stand beside the data, not in it. */
export const WITH = 'with'

export function withOf(fields: readonly StepField[], values: Values): string[] | undefined {
  const v = values[WITH]
  return fields.some((f) => f.key === WITH) ? (Array.isArray(v) ? v.map(String) : []) : undefined
}

/** What is sent: empty answers are left out, as the format says. */
export function dataOf(fields: readonly StepField[], values: Values): Values {
  const out: Values = {}
  for (const f of fields) {
    const v = values[f.key]
    if (f.key === WITH) continue
    if (f.type === 'bool') out[f.key] = v === true
    else if (questions(v)) out[f.key] = Object.fromEntries(Object.entries(v as Values).filter(([, x]) => x !== null))
    else if (!empty(v)) out[f.key] = v
  }
  return out
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

export interface Difference {
  field: StepField
  mine: unknown
  theirs: unknown
}

export interface Merged {
  values: Values
  /** Fields that both sides changed, each to something else: only these are asked for. */
  differ: Difference[]
}

/**
 * Three sides of a form: as it opened, as I left it, as the server fills it now. What I did not touch follows the
 * server; what only I touched stays mine; what both touched differently is asked.
 */
export function merge(opened: Values, mine: Values, fresh: readonly StepField[]): Merged {
  const values: Values = { ...mine }
  const differ: Difference[] = []
  const now = firstValues(fresh)
  for (const field of fresh) {
    const theirs = now[field.key]
    if (same(opened[field.key], theirs)) continue
    if (same(mine[field.key], opened[field.key])) values[field.key] = theirs
    else if (!same(mine[field.key], theirs)) differ.push({ field, mine: mine[field.key], theirs })
  }
  return { values, differ }
}

/** What others did to the case after `version`. */
export function since(detail: Pick<CaseDetail, 'events'>, version: number): CaseEvent[] {
  return detail.events.filter((e) => e.n > version)
}

export interface Grouped {
  now: Step[]
  blocked: Step[]
  rare: Step[]
}

/** Doable, then what waits with the fewest missing first, then rare acts; what cannot be taken back last. */
export function grouped(list: StepList | undefined): Grouped {
  const steps = list?.steps ?? []
  const of = (g: Step['group']): Step[] => steps.filter((s) => s.group === g)
  return {
    now: of('now').sort((a, b) => Number(a.danger) - Number(b.danger)),
    blocked: of('blocked').sort((a, b) => a.unmet.length - b.unmet.length),
    rare: of('rare').sort((a, b) => Number(a.danger) - Number(b.danger)),
  }
}

/** The first reviewer's answers are shown to nobody before the second has given his own, or the record is void. */
export function sealed(e: CaseEvent, detail: Pick<CaseDetail, 'events' | 'summary'>): boolean {
  return e.event === 'review1' && detail.summary.state !== 'V9' && !detail.events.some((x) => x.event === 'review2')
}

/** The form for the record review, if the caller has one now: the first, or the second by another person. */
export function reviewStep(list: StepList | undefined): Step | undefined {
  return list?.steps.find((s) => s.event === 'review1' || s.event === 'review2')
}

const DECIDING: Record<string, readonly string[]> = {
  leader: ['approve_filing', 'intend_penalty', 'decide', 'approve_close', 'instal'],
  unit_head: ['pass'],
  reviewer: ['review_pass'],
}

/** Steps that say yes, and those that say no with reasons, for whoever has to decide on a case now. */
export function verdicts(list: StepList | undefined): { yes: Step[]; no: Step[] } {
  const yes = new Set(Object.values(DECIDING).flat())
  const no = new Set(['refuse', 'transfer', 'return', 'withdraw', 'no_penalty', 'review_fail', 'decide_no'])
  const steps = (list?.steps ?? []).filter((s) => s.ok)
  return { yes: steps.filter((s) => yes.has(s.event)), no: steps.filter((s) => no.has(s.event)) }
}
