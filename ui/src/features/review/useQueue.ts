// SPDX-License-Identifier: Apache-2.0
// Cases that wait for one role, nearest clock first; read anew when any case moves.
import { onMounted, ref, watch, type Ref } from 'vue'
import { call } from '../../api/client'
import type { CaseSummary, Role } from '../../domain/contract.gen'
import type { Failure } from '../../domain/loadable'
import { useLive } from '../../stores/live'

export function useQueue(roles: () => readonly Role[]): { items: Ref<CaseSummary[]>; failure: Ref<Failure | undefined>; loaded: Ref<boolean>; load: () => Promise<void> } {
  const live = useLive()
  const items = ref<CaseSummary[]>([])
  const failure = ref<Failure>()
  const loaded = ref(false)

  async function load(): Promise<void> {
    const answers = await Promise.all(roles().map((r) => call('listCases', { query: { waiting_for: r, limit: 100 } })))
    const bad = answers.find((a) => !a.ok)
    failure.value = bad?.ok === false ? bad.failure : undefined
    const all = answers.flatMap((a) => (a.ok ? a.value.items : []))
    items.value = [...new Map(all.map((c) => [c.no, c])).values()]
    loaded.value = true
  }
  onMounted(load)
  watch(() => live.lastCase, () => void load())
  return { items, failure, loaded, load }
}
