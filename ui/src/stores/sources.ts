// SPDX-License-Identifier: Apache-2.0
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { call, newKey } from '../api/client'
import type { Source, SourceConfig } from '../domain/contract.gen'
import type { Failure, Outcome } from '../domain/loadable'
import { worstSource } from '../domain/sources'

export const useSources = defineStore('sources', () => {
  const items = shallowRef<Source[]>([])
  const loaded = ref(false)
  const failure = ref<Failure>()

  const worst = computed(() => worstSource(items.value))
  const up = computed(() => items.value.filter((s) => s.health === 'up').length)
  const active = computed(() => items.value.filter((s) => s.health !== 'off').length)

  function upsert(s: Source): void {
    const at = items.value.findIndex((x) => x.id === s.id)
    items.value = at < 0 ? [...items.value, s] : items.value.map((x, i) => (i === at ? s : x))
  }

  async function load(): Promise<void> {
    const r = await call('listSources', {})
    if (r.ok) {
      items.value = r.value.items
      failure.value = undefined
      loaded.value = true
    } else {
      failure.value = r.failure
    }
  }

  async function add(config: SourceConfig, key: string): Promise<Outcome<Source>> {
    const r = await call('addSource', { body: config, key })
    if (r.ok) upsert(r.value)
    return r
  }

  async function enable(id: string, enabled: boolean): Promise<Outcome<Source>> {
    const r = await call('setSource', { path: { id }, body: { enabled }, key: newKey() })
    if (r.ok) upsert(r.value)
    return r
  }

  return { items, loaded, failure, worst, up, active, upsert, load, add, enable }
})
