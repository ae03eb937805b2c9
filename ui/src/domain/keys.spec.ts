// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { actionFor, isField, type KeyLike } from './keys'

const press = (key: string, more: Partial<KeyLike> = {}): KeyLike => ({
  key, code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : '', altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, isComposing: false, keyCode: 0, ...more,
})

describe('keys', () => {
  it('act plainly by default, in either case', () => {
    expect(actionFor(press('a'), 'plain')).toBe('acknowledge')
    expect(actionFor(press('A'), 'plain')).toBe('acknowledge')
    expect(actionFor(press('?'), 'plain')).toBe('keys')
    expect(actionFor(press('q'), 'plain')).toBeUndefined()
  })
  it('never act while an input method composes', () => {
    expect(actionFor(press('a', { isComposing: true }), 'plain')).toBeUndefined()
    expect(actionFor(press('a', { keyCode: 229 }), 'plain')).toBeUndefined()
  })
  it('leave the browser its own', () => {
    expect(actionFor(press('a', { ctrlKey: true }), 'plain')).toBeUndefined()
    expect(actionFor(press('c', { metaKey: true }), 'plain')).toBeUndefined()
  })
  it('move behind Alt or go, while arrows and Esc stay', () => {
    expect(actionFor(press('a'), 'alt')).toBeUndefined()
    expect(actionFor(press('å', { altKey: true, code: 'KeyA' }), 'alt')).toBe('acknowledge')
    expect(actionFor(press('a'), 'off')).toBeUndefined()
    expect(actionFor(press('a', { altKey: true }), 'off')).toBeUndefined()
    expect(actionFor(press('Escape'), 'off')).toBe('back')
    expect(actionFor(press('ArrowDown'), 'alt')).toBe('down')
  })
  it('know a field', () => {
    expect(isField({ tagName: 'INPUT', type: 'text' })).toBe(true)
    expect(isField({ tagName: 'INPUT', type: 'checkbox' })).toBe(false)
    expect(isField({ tagName: 'DIV', isContentEditable: true })).toBe(true)
    expect(isField({ tagName: 'BUTTON' })).toBe(false)
    expect(isField(null)).toBe(false)
  })
})
