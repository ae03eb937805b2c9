// SPDX-License-Identifier: Apache-2.0
// What the page does with each event of the stream, so that no row is lost and none is shown twice.
//
// Every event that changes something carries a sequence number. One at or below the newest applied is a repeat and is
// dropped; `resync` says that something was missed for good, after which the snapshots are read anew and the
// numbering goes on from the one they were read at.

export type Verdict = 'apply' | 'drop' | 'resync'

export class Sequence {
  private last = -1

  get resumeFrom(): number | undefined {
    return this.last < 0 ? undefined : this.last
  }

  /** Snapshots read now hold everything up to seq. Also after a restart, when the server counts from below. */
  startAt(seq: number): void {
    this.last = seq
  }

  accept(event: string, id: string | undefined): Verdict {
    if (event === 'resync') {
      if (id !== undefined && /^\d+$/.test(id)) this.last = Number(id)
      return 'resync'
    }
    if (id === undefined) return 'apply'
    if (!/^\d+$/.test(id)) return 'drop'
    const n = Number(id)
    if (n <= this.last) return 'drop'
    this.last = n
    return 'apply'
  }
}

/** Half a second, doubling to 30 s, half of it random: a thousand pages must not come back in one instant. */
export function backoff(attempt: number, random: number): number {
  const ceiling = Math.min(30_000, 500 * 2 ** Math.min(attempt, 10))
  return Math.round(ceiling / 2 + (random * ceiling) / 2)
}
