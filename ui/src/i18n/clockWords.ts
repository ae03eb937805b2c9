// SPDX-License-Identifier: Apache-2.0
// Remaining time and end of a statutory clock in words. Both dates stand where a last day rolls.
import type { Clock } from '../domain/contract.gen'
import { useT } from './index'

export function useClockWords(): { left: (c: Clock) => string; end: (c: Clock, today?: string) => string; term: (c: Clock) => string } {
  const t = useT()
  return {
    left: (c) => {
      if (c.state === 'done') return t('clock.done')
      if (c.state === 'waiting') return t('clock.waiting')
      if (c.state === 'void') return t('clock.void')
      if (c.state === 'paused') return t('clock.paused')
      if (c.left === undefined) return t('clock.running')
      if (c.left < 0) return t('clock.over', { n: t(`unit.${c.unit}`, { n: -c.left }) })
      return c.state === 'due' ? t('clock.today', { n: t(`unit.${c.unit}`, { n: c.left }) }) : t('clock.left', { n: t(`unit.${c.unit}`, { n: c.left }) })
    },
    // Dates of this year without it; keeping a file ends in another century's terms.
    end: (c, today) => {
      const short = (d: string): string => (today !== undefined && d.slice(0, 4) !== today.slice(0, 4) ? d.slice(0, 10) : d.slice(5, 10))
      if (c.state === 'done' && c.ended !== undefined) return t('clock.ended', { day: short(c.ended) })
      if (c.due_at !== undefined && c.due === undefined) return t('clock.to', { day: c.due_at.slice(5, 16).replace('T', ' ') })
      if (c.due === undefined) return ''
      if (c.due_rolled !== undefined && c.due_rolled !== c.due) return t('clock.rolled', { day: short(c.due), rolled: c.due_rolled.slice(0, 4) === c.due.slice(0, 4) ? c.due_rolled.slice(5, 10) : c.due_rolled.slice(0, 10) })
      return t('clock.to', { day: short(c.due) })
    },
    term: (c) => (c.length === undefined ? '' : t(`unit.${c.unit}`, { n: c.length })),
  }
}
