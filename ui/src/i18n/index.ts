// SPDX-License-Identifier: Apache-2.0
// Words of the page. Keys are typed: a text that does not exist does not compile, and English must have every key.
import { createI18n, useI18n } from 'vue-i18n'
import { en } from './en'
import { zh } from './zh'

export type Key = keyof typeof zh
export type Params = Record<string, string | number>
export type T = (key: Key, params?: Params) => string

export const i18n = createI18n({ legacy: false, locale: 'zh', fallbackLocale: 'zh', flatJson: true, messages: { zh, en } })

export function useT(): T {
  const { t } = useI18n()
  return (key, params) => t(key, params ?? {})
}

/** Names that a pack gives in both languages. */
export function useName(): (x: { name?: string; name_en?: string } | undefined) => string {
  const { locale } = useI18n()
  return (x) => (locale.value === 'en' ? (x?.name_en ?? x?.name) : x?.name) ?? ''
}

/** Texts that the server gives as pairs: title and title_en, what and what_en. */
export function usePair(): (zhText: string | undefined, enText: string | undefined) => string {
  const { locale } = useI18n()
  // Packs name events and terms in the lower case of running text; on the page they stand alone.
  return (a, b) => {
    if (locale.value !== 'en') return a ?? ''
    const s = b ?? a ?? ''
    return s.charAt(0).toUpperCase() + s.slice(1)
  }
}

export function setLanguage(language: 'zh' | 'en'): void {
  i18n.global.locale.value = language
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
}
