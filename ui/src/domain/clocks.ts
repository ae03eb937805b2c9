// SPDX-License-Identifier: Apache-2.0
// How a statutory clock looks: the server counts, the page only shows.
import type { Clock } from './contract.gen'

export type ClockTone = 'run' | 'near' | 'due' | 'over' | 'pause' | 'done' | 'wait'

export function tone(c: Pick<Clock, 'state'>): ClockTone {
  switch (c.state) {
    case 'running': return 'run'
    case 'near': return 'near'
    case 'due': return 'due'
    case 'overdue': return 'over'
    case 'paused': return 'pause'
    case 'done': return 'done'
    default: return 'wait'
  }
}

/** Share of the bar that is used, 0 to 1; undefined when a clock has no bar. */
export function used(c: Pick<Clock, 'state' | 'length' | 'used' | 'left'>): number | undefined {
  if (c.state === 'overdue') return 1
  if (c.state === 'waiting' || c.state === 'void' || c.state === 'done') return undefined
  const n = c.used ?? (c.length !== undefined && c.left !== undefined ? c.length - c.left : undefined)
  if (n === undefined || c.length === undefined || c.length <= 0) return undefined
  return Math.max(0, Math.min(1, n / c.length))
}

const RANK: Record<ClockTone, number> = { over: 0, due: 1, near: 2, run: 3, pause: 4, wait: 5, done: 6 }

/** What presses first, then by end. */
export function byPressure(a: Clock, b: Clock): number {
  const end = (c: Clock): string => c.due_rolled ?? c.due ?? c.due_at ?? '9999'
  return RANK[tone(a)] - RANK[tone(b)] || end(a).localeCompare(end(b))
}
