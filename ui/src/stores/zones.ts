// SPDX-License-Identifier: Apache-2.0
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { call } from '../api/client'
import type { ZoneCollection } from '../domain/contract.gen'

const NONE: ZoneCollection = { type: 'FeatureCollection', features: [] }

export const useZones = defineStore('zones', () => {
  const all = shallowRef<ZoneCollection>(NONE)

  async function load(): Promise<void> {
    const r = await call('listZones', {})
    if (r.ok) all.value = r.value
  }

  return { all, load }
})
