// SPDX-License-Identifier: Apache-2.0
// Articles in the reader's language.
import { useI18n } from 'vue-i18n'
import { cite } from '../domain/law'

export function useArticles(): (basis: readonly string[]) => string {
  const { locale } = useI18n()
  return (basis) => (locale.value === 'en'
    ? cite(basis).map((c) => [c.code === 'D' ? c.en : c.code, c.articles.join(', ')].filter(Boolean).join(' ')).join('; ')
    : cite(basis).map((c) => (c.articles.length === 0 ? c.zh : `${c.zh} ${c.articles.join('、')} 条`)).join('；'))
}
