// SPDX-License-Identifier: Apache-2.0
// Keys of the desk: letters only while focus is in the queue, on the map or on nothing.
import { onBeforeUnmount, onMounted } from 'vue'
import { actionFor, isField, type QueueAction } from '../../domain/keys'
import { usePrefs } from '../../stores/prefs'

export function useDeskKeys(handle: (a: QueueAction) => boolean): void {
  const prefs = usePrefs()

  function onKey(e: KeyboardEvent): void {
    const el = e.target as HTMLElement | null
    if (e.defaultPrevented || isField(el) || el?.closest('[role=dialog]')) return
    const action = actionFor(e, prefs.keys)
    if (action === undefined) return
    // Enter on a button presses the button.
    if (action === 'detail' && el?.closest('button, a')) return
    if (handle(action)) e.preventDefault()
  }

  onMounted(() => document.addEventListener('keydown', onKey))
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey))
}
