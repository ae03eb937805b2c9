// SPDX-License-Identifier: Apache-2.0
// Below zoom 12 crowds become one ring with a count. A fixed grid at whole zooms, so that rings do not dance while the
// map is moved; a cell with few targets is left alone.
import type { Live } from './live'
import { toUnit } from './merc'

export interface Cluster {
  lat: number
  lon: number
  count: number
  vessels: number
}

export const CLUSTER_BELOW_ZOOM = 12
export const CELL_PX = 64
export const CROWD = 8

/** spare: keys that must stay visible (selection, alerts). */
export function cluster(slots: readonly Live[], zoom: number, spare: ReadonlySet<string>): { rings: Cluster[]; hidden: Set<number> } {
  const hidden = new Set<number>()
  if (zoom >= CLUSTER_BELOW_ZOOM) return { rings: [], hidden }
  const cells = new Map<number, number[]>()
  const n = (512 * 2 ** Math.floor(zoom)) / CELL_PX
  for (const t of slots) {
    if (spare.has(t.pos.key)) continue
    const u = toUnit(t.pos.lat, t.pos.lon)
    const id = Math.floor(u.y * n) * 4_194_304 + Math.floor(u.x * n)
    const cell = cells.get(id)
    if (cell) cell.push(t.slot)
    else cells.set(id, [t.slot])
  }
  const rings: Cluster[] = []
  for (const cell of cells.values()) {
    if (cell.length < CROWD) continue
    let lat = 0
    let lon = 0
    let vessels = 0
    for (const slot of cell) {
      const t = slots[slot]
      if (!t) continue
      lat += t.pos.lat
      lon += t.pos.lon
      vessels += t.pos.kind === 'vessel' ? 1 : 0
      hidden.add(slot)
    }
    rings.push({ lat: lat / cell.length, lon: lon / cell.length, count: cell.length, vessels })
  }
  return { rings, hidden }
}
