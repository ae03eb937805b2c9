// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { dataOf, firstValues, grouped, lacking, merge, questions, sealed, withOf } from './cases'
import type { CaseDetail, CaseEvent, Step, StepField } from './contract.gen'

const field = (key: string, type: StepField['type'], value?: unknown, required = true): StepField => ({ key, type, label: key, required, ...(value === undefined ? {} : { value }) })
const step = (event: string, group: Step['group'], unmet: number, danger = false): Step => ({ event, title: event, ok: group === 'now', group, danger, met: [], fields: [], unmet: Array.from({ length: unmet }, (_, i) => ({ code: `fact:${i}`, kind: 'fact' as const, what: 'x', basis: [] })) })

describe('form of a step', () => {
  const fields = [field('facts', 'long'), field('shown', 'bool'), field('ticks', 'json', { true: null, clear: true }), field('kinds', 'choices', ['FINE'])]
  it('asks for what is required and unanswered, and takes an unticked box as an answer', () => {
    expect(lacking(fields, firstValues(fields))).toEqual(['facts', 'ticks'])
  })
  it('leaves out what was not filled in', () => {
    expect(dataOf(fields, { ...firstValues(fields), facts: '' })).toEqual({ shown: false, ticks: { clear: true }, kinds: ['FINE'] })
  })
  it('asks the questions that a hint names, and answers none', () => {
    const ticks: StepField = { ...field('ticks', 'json'), hint: '{true, clear, complete, accurate}' }
    expect(firstValues([ticks])).toEqual({ ticks: { true: null, clear: null, complete: null, accurate: null } })
    expect(lacking([ticks], firstValues([ticks]))).toEqual(['ticks'])
    expect(firstValues([{ ...field('party', 'json'), hint: '{kind, name}' }])).toEqual({ party: undefined })
  })
  it('keeps people who act together out of the data', () => {
    const people = field('with', 'persons')
    expect(dataOf([people], { with: ['id-b'] })).toEqual({})
    expect(withOf([people], { with: ['id-b'] })).toEqual(['id-b'])
    expect(withOf([field('facts', 'long')], {})).toBeUndefined()
  })
  it('does not share values with the answer it came from', () => {
    const v = firstValues(fields)
    ;(v['kinds'] as string[]).push('WARNING')
    expect(fields[3]?.value).toEqual(['FINE'])
  })
  it('knows a list of questions from other objects', () => {
    expect(questions({ true: null, clear: false })).toEqual(['true', 'clear'])
    expect(questions({ due: '2021-01-01' })).toBeUndefined()
    expect(questions([true])).toBeUndefined()
  })
})

describe('two people on one form', () => {
  const opened = { facts: 'a', fen: 100, method: 'SV1' }
  it('keeps mine, follows theirs where I did not touch, and asks only where both changed', () => {
    const m = merge(opened, { facts: 'mine', fen: 100, method: 'SV2' }, [field('facts', 'long', 'theirs'), field('fen', 'fen', 200), field('method', 'text', 'SV2')])
    expect(m.values).toEqual({ facts: 'mine', fen: 200, method: 'SV2' })
    expect(m.differ.map((d) => [d.field.key, d.mine, d.theirs])).toEqual([['facts', 'mine', 'theirs']])
  })
  it('loses nothing when the step no longer has a field', () => {
    expect(merge(opened, { facts: 'mine' }, []).values).toEqual({ facts: 'mine' })
  })
})

describe('order of steps', () => {
  it('puts the doable first, then fewest missing, and what cannot be taken back last', () => {
    const g = grouped({ as: { name: 'x', role: 'officer' }, version: 1, steps: [step('withdraw', 'rare', 0, true), step('preserve', 'rare', 0), step('decide', 'blocked', 3), step('finish', 'blocked', 1), step('go', 'now', 0)] })
    expect([g.now, g.blocked, g.rare].map((l) => l.map((s) => s.event))).toEqual([['go'], ['finish', 'decide'], ['preserve', 'withdraw']])
  })
})

describe('review of a record', () => {
  const e = (event: string): CaseEvent => ({ n: 1, at: '2026-01-01T00:00:00Z', event, title: event, by: [], hash: '' })
  const d = (state: string, ...events: string[]): Pick<CaseDetail, 'events' | 'summary'> => ({ events: events.map(e), summary: { state } as CaseDetail['summary'] })
  it('seals the first answers until the second are in', () => {
    expect(sealed(e('review1'), d('V1', 'review1'))).toBe(true)
    expect(sealed(e('review1'), d('V2', 'review1', 'review2'))).toBe(false)
    expect(sealed(e('review1'), d('V9', 'review1'))).toBe(false)
    expect(sealed(e('capture'), d('V1', 'capture', 'review1'))).toBe(false)
  })
})
