// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { misfit } from './check'
import { operations, schemas } from './schema.gen'

const alert = {
  id: 'a', rev: 1, version: 0, rule: { id: 'r', name: 'n' }, mode: 'warning', level: 2, target: { key: 'vessel.1', kind: 'vessel' },
  since: '2026-03-17T13:41:18.000Z', open: '2026-03-17T13:41:18.000Z', state: 'new',
}

describe('answers against the contract', () => {
  it('pass when they fit, members the contract does not know included', () => {
    expect(misfit({ ...alert, later: 'addition' }, { ref: 'Alert' })).toBeUndefined()
  })
  it('are named where they do not', () => {
    expect(misfit({ ...alert, level: '2' }, { ref: 'Alert' }, 'x')).toContain('x.level')
    expect(misfit({ ...alert, state: 'maybe' }, { ref: 'Alert' }, 'x')).toContain('x.state')
    expect(misfit({ ...alert, open: '17 March' }, { ref: 'Alert' }, 'x')).toContain('x.open')
    expect(misfit({ ...alert, target: { key: 'vessel.1' } }, { ref: 'Alert' }, 'x')).toContain('x.target.kind: missing')
    expect(misfit([alert], { ref: 'Alert' }, 'x')).toContain('not an object')
    expect(misfit({ items: {} }, { props: { items: { items: { ref: 'Alert' } } } }, 'x')).toContain('not an array')
    expect(misfit(null, { ref: 'Alert' }, 'x')).toContain('not an object')
  })
  it('refer to no schema that is not there', () => {
    const text = JSON.stringify([schemas, operations])
    for (const [, name] of text.matchAll(/"ref":"(\w+)"/g)) expect(schemas, name).toHaveProperty(name!)
  })
})
