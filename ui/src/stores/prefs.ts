// SPDX-License-Identifier: Apache-2.0
// What one person set on one desk. Kept in this browser; nothing of it is needed to work.
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import type { KeyMode } from '../domain/keys'

export type Theme = 'desk' | 'night' | 'wall'
export type Language = 'zh' | 'en'

interface Saved {
  theme: Theme
  language: Language
  keys: KeyMode
  volume: number
  /** Level 1 may be silent only with a named person and an end. */
  quiet: { who: string; until: number } | undefined
}

const NAME = 'xiezhi.prefs'
const DEFAULTS: Saved = { theme: 'desk', language: 'zh', keys: 'plain', volume: 60, quiet: undefined }

function read(): Saved {
  try {
    const raw: unknown = JSON.parse(localStorage.getItem(NAME) ?? '{}')
    return typeof raw === 'object' && raw !== null ? { ...DEFAULTS, ...(raw as Partial<Saved>) } : DEFAULTS
  } catch {
    return DEFAULTS
  }
}

export const usePrefs = defineStore('prefs', () => {
  const saved = read()
  const theme = ref<Theme>(saved.theme)
  const language = ref<Language>(saved.language)
  const keys = ref<KeyMode>(saved.keys)
  const volume = ref(saved.volume)
  const quiet = ref(saved.quiet)

  watch([theme, language, keys, volume, quiet], () => {
    const now: Saved = { theme: theme.value, language: language.value, keys: keys.value, volume: volume.value, quiet: quiet.value }
    try {
      localStorage.setItem(NAME, JSON.stringify(now))
    } catch {
      // A full or forbidden store costs only the memory of a preference.
    }
  })

  return { theme, language, keys, volume, quiet }
})
