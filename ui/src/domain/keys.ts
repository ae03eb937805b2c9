// SPDX-License-Identifier: Apache-2.0
// Which key means what, and when it must not: never in a field, never while an input method composes (WCAG 2.1.4).

export type QueueAction =
  | 'down' | 'up' | 'detail' | 'acknowledge' | 'verify' | 'dismiss' | 'snooze' | 'lead' | 'newest' | 'mine' | 'follow'
  | 'takeBack' | 'keys' | 'search' | 'back' | 'live' | 'stepBack' | 'stepOn' | 'minuteBack' | 'minuteOn' | 'prevEvent'
  | 'nextEvent' | 'play' | 'end' | 'zoomIn' | 'zoomOut' | 'table'

export type KeyMode = 'plain' | 'alt' | 'off'

export interface KeyLike {
  key: string
  code: string
  altKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
  isComposing: boolean
  keyCode: number
}

/** Single letters: only with focus in queue or map, and as the user set them. */
export const LETTERS: Readonly<Record<string, QueueAction>> = {
  j: 'down', k: 'up', a: 'acknowledge', v: 'verify', x: 'dismiss', h: 'snooze', c: 'lead', g: 'newest', m: 'mine',
  f: 'follow', z: 'takeBack', l: 'live', p: 'play', t: 'table', '?': 'keys', ',': 'stepBack', '.': 'stepOn',
  '<': 'minuteBack', '>': 'minuteOn', '[': 'prevEvent', ']': 'nextEvent', '+': 'zoomIn', '=': 'zoomIn', '-': 'zoomOut',
}

/** Keys with a meaning everywhere outside fields. */
const ALWAYS: Readonly<Record<string, QueueAction>> = {
  ArrowDown: 'down', ArrowUp: 'up', Enter: 'detail', End: 'end', Escape: 'back',
}

export function composing(e: Pick<KeyLike, 'isComposing' | 'keyCode'>): boolean {
  return e.isComposing || e.keyCode === 229
}

export function isField(el: { tagName: string; isContentEditable?: boolean; type?: string } | null): boolean {
  if (!el) return false
  if (el.isContentEditable === true) return true
  const tag = el.tagName.toLowerCase()
  if (tag === 'textarea' || tag === 'select') return true
  return tag === 'input' && !['button', 'checkbox', 'radio', 'range', 'submit'].includes(el.type ?? 'text')
}

export function actionFor(e: KeyLike, mode: KeyMode): QueueAction | undefined {
  if (composing(e) || e.ctrlKey || e.metaKey) return undefined
  const always = ALWAYS[e.key]
  if (always !== undefined) return e.altKey ? undefined : always
  if (mode === 'off' || (mode === 'alt') !== e.altKey) return undefined
  // Alt may turn a letter into a sign of its own: the physical key is what was meant.
  const letter = e.altKey && /^Key[A-Z]$/.test(e.code) ? e.code.slice(3).toLowerCase() : e.key.length === 1 ? e.key.toLowerCase() : e.key
  return LETTERS[letter]
}
