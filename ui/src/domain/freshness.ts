// SPDX-License-Identifier: Apache-2.0
// When a value is too old to act on. Ages are those of UI.md 7; a source that states its own interval may only be
// given more time, never less.
import type { Position } from './contract.gen'
import { instant, MINUTE, SECOND } from './time'

export type Freshness = 'fresh' | 'late' | 'silent'

export interface Limits {
  fresh: number
  late: number
}

export function limits(p: Pick<Position, 'kind' | 'motion' | 'interval_s'>): Limits {
  const table: Limits = p.kind === 'vessel'
    ? p.motion === 'moored'
      ? { fresh: 6 * MINUTE, late: 15 * MINUTE }
      : { fresh: 30 * SECOND, late: 3 * MINUTE }
    : { fresh: 60 * SECOND, late: 5 * MINUTE }
  const own = (p.interval_s ?? 0) * SECOND
  return { fresh: Math.max(table.fresh, own), late: Math.max(table.late, 3 * own) }
}

export function freshness(p: Pick<Position, 'kind' | 'motion' | 'interval_s' | 'at'>, now: number): Freshness {
  const old = now - instant(p.at)
  const l = limits(p)
  return old <= l.fresh ? 'fresh' : old <= l.late ? 'late' : 'silent'
}
