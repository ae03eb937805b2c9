// SPDX-License-Identifier: Apache-2.0
import type { Source } from './contract.gen'

const RANK: Record<Source['health'], number> = { down: 0, late: 1, up: 2, off: 3 }

/** The source that deserves a look, or undefined when all is well. */
export function worstSource(items: readonly Source[]): Source | undefined {
  const bad = items.filter((s) => s.health === 'down' || s.health === 'late')
  return bad.sort((a, b) => RANK[a.health] - RANK[b.health] || (a.since ?? '').localeCompare(b.since ?? ''))[0]
}

/** Refused frames in permille of all; undefined when none came. */
export function rejectRate(s: Pick<Source, 'accepted' | 'rejected'>): number | undefined {
  const all = s.accepted + s.rejected
  return all === 0 ? undefined : Math.round((s.rejected * 1000) / all)
}

export interface HostPort {
  host: string
  port: string
}

/** "10.20.4.12" and "4001" to one address; IPv6 gets its brackets. */
export function joinAddress(a: HostPort): string {
  const host = a.host.trim()
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${a.port}` : `${host}:${a.port}`
}

export function portProblem(port: string): boolean {
  return !/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535
}
