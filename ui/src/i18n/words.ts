// SPDX-License-Identifier: Apache-2.0
// Ages and spans in words.
import { age, span } from '../domain/time'
import { useT } from './index'

export function useWords(): {
  ago: (since: number, now: number, offset: number) => string
  old: (since: number, now: number, offset: number) => string
  lasting: (ms: number) => string
} {
  const t = useT()
  const old = (since: number, now: number, offset: number): string => {
    const a = age(since, now, offset)
    return a.unit === 'date' ? a.text : t(`time.${a.unit}`, { n: a.n })
  }
  return {
    old,
    ago: (since, now, offset) => {
      const a = age(since, now, offset)
      return a.unit === 'date' ? a.text : t('time.ago', { span: t(`time.${a.unit}`, { n: a.n }) })
    },
    lasting: (ms) => span(ms).map((p) => t(`time.${p.unit}`, { n: p.n })).join(' '),
  }
}
