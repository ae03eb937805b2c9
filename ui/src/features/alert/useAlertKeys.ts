// SPDX-License-Identifier: Apache-2.0
import { onBeforeUnmount, onMounted } from 'vue'
import { actionFor, isField, type QueueAction } from '../../domain/keys'
import { usePrefs } from '../../stores/prefs'

export function useAlertKeys(does: Partial<Record<QueueAction, () => void>>): void {
  const prefs = usePrefs()
  function onKey(e: KeyboardEvent): void {
    const el = e.target as HTMLElement | null
    if (e.defaultPrevented || isField(el) || el?.closest('[role=dialog]')) return
    const action = actionFor(e, prefs.keys)
    const f = action === undefined ? undefined : does[action]
    if (!f) return
    e.preventDefault()
    f()
  }
  onMounted(() => document.addEventListener('keydown', onKey))
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey))
}
