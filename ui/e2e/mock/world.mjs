// SPDX-License-Identifier: Apache-2.0
// A small invented world for developing the page: where everything is at any instant is a function of time alone, so
// the live picture, the archive and a track agree. Geography is a sketch round Shunde; no real vessel is meant.

const M_PER_DEG = 111_320
const KN = 18_520
const KMH = 10_000

export const WATERS = [
  { id: 'w.shunde', name: '顺德水道', name_en: 'Shunde Waterway', width: 420, line: [[113.02, 22.955], [113.075, 22.93], [113.13, 22.9], [113.19, 22.885], [113.245, 22.86], [113.3, 22.85], [113.36, 22.835]] },
  { id: 'w.ronggui', name: '容桂水道', name_en: 'Ronggui Waterway', width: 380, line: [[113.06, 22.79], [113.12, 22.775], [113.19, 22.77], [113.26, 22.745], [113.33, 22.73], [113.41, 22.7]] },
  { id: 'w.xijiang', name: '西江干流', name_en: 'Xijiang River', width: 900, line: [[112.94, 22.98], [112.97, 22.9], [113.03, 22.82], [113.06, 22.75], [113.1, 22.66], [113.16, 22.57], [113.22, 22.47]] },
  { id: 'w.hongqili', name: '洪奇沥水道', name_en: 'Hongqili Waterway', width: 520, line: [[113.3, 22.85], [113.36, 22.79], [113.43, 22.74], [113.5, 22.69], [113.57, 22.62]] },
]
const ROADS = [
  [[113.05, 22.9], [113.12, 22.865], [113.2, 22.845], [113.28, 22.8], [113.36, 22.79]],
  [[113.2, 22.97], [113.205, 22.9], [113.215, 22.84], [113.23, 22.76], [113.25, 22.68]],
  [[113.08, 22.84], [113.16, 22.82], [113.24, 22.81], [113.33, 22.835], [113.42, 22.82]],
]
const PANAMA = [[-79.62, 8.72], [-79.56, 8.86], [-79.55, 8.95], [-79.57, 8.99], [-79.6, 9.02]]

export function metresBetween([ax, ay], [bx, by]) {
  const k = Math.cos((((ay + by) / 2) * Math.PI) / 180)
  return Math.hypot((bx - ax) * k, by - ay) * M_PER_DEG
}

function along(line, metres) {
  let left = metres
  for (let i = 0; i + 1 < line.length; i++) {
    const d = metresBetween(line[i], line[i + 1])
    if (left <= d || i + 2 === line.length) {
      const f = Math.min(1, left / d)
      const a = line[i]
      const b = line[i + 1]
      const k = Math.cos((a[1] * Math.PI) / 180)
      return { lon: a[0] + (b[0] - a[0]) * f, lat: a[1] + (b[1] - a[1]) * f, course: (Math.atan2((b[0] - a[0]) * k, b[1] - a[1]) * 180) / Math.PI }
    }
    left -= d
  }
  return { lon: line[0][0], lat: line[0][1], course: 0 }
}

const length = (line) => line.slice(1).reduce((s, p, i) => s + metresBetween(line[i], p), 0)

/** A band of `width` metres round a line, as a ring. */
export function band(line, width) {
  const left = []
  const right = []
  for (let i = 0; i < line.length; i++) {
    const a = line[Math.max(0, i - 1)]
    const b = line[Math.min(line.length - 1, i + 1)]
    const k = Math.cos((line[i][1] * Math.PI) / 180)
    const dx = (b[0] - a[0]) * k
    const dy = b[1] - a[1]
    const n = Math.hypot(dx, dy)
    const ox = (-dy / n) * (width / 2 / M_PER_DEG) / k
    const oy = (dx / n) * (width / 2 / M_PER_DEG)
    left.push([line[i][0] + ox, line[i][1] + oy])
    right.unshift([line[i][0] - ox, line[i][1] - oy])
  }
  return [...left, ...right, left[0]].map(([x, y]) => [Math.round(x * 1e6) / 1e6, Math.round(y * 1e6) / 1e6])
}

function part(line, from, to) {
  const pts = []
  for (let i = 0; i <= 6; i++) {
    const p = along(line, from + ((to - from) * i) / 6)
    pts.push([p.lon, p.lat])
  }
  return pts
}

const poly = (id, name, name_en, layer, ring, more = {}) => ({
  type: 'Feature', id, geometry: { type: 'Polygon', coordinates: [ring] },
  properties: { id, name, name_en, layer, pack: 'cn-inland-waters', digest: `${id}-3f9a7c21e07a`, ...more },
})
const gate = (id, name, name_en, a, b) => ({
  type: 'Feature', id, geometry: { type: 'LineString', coordinates: [a, b] },
  properties: { id, name, name_en, layer: 'gate', pack: 'cn-inland-waters' },
})

const shunde = WATERS[0].line
const ronggui = WATERS[1].line
const bridge = part(shunde, 16_000, 17_300)
const bridgeBand = band(bridge, 400)

export const ZONES = {
  type: 'FeatureCollection',
  features: [
    ...WATERS.map((w) => poly(w.id, w.name, w.name_en, 'water', band(w.line, w.width))),
    poly('z.xihai-bridge', '西海大桥桥区', 'Xihai Bridge', 'bridge', bridgeBand, { limit_dmph: 8 * KN }),
    poly('z.water-source', '水源保护区', 'Water source', 'nogo', band(part(shunde, 13_000, 13_700), 380)),
    poly('z.anchor-2', '锚地 2#', 'Anchorage 2', 'anchor', band(part(shunde, 19_200, 20_000), 200)),
    poly('z.rong-speed', '容桂限速段', 'Ronggui speed limit', 'speed', band(part(ronggui, 9_000, 13_000), 360), { limit_dmph: 10 * KN }),
    poly('z.pingbu', '平步消纳场', 'Pingbu disposal site', 'site', [[113.19, 22.83], [113.2, 22.828], [113.204, 22.834], [113.196, 22.84], [113.188, 22.838], [113.19, 22.83]]),
    gate('g.xihai-w', '西海西门', 'Xihai west gate', bridgeBand[0], bridgeBand[bridgeBand.length - 2]),
    gate('g.xihai-e', '西海东门', 'Xihai east gate', bridgeBand[6], bridgeBand[7]),
  ],
}

// A generator with a seed: every run of the mock is the same world.
export function random(seed) {
  let s = seed >>> 0
  return () => {
    s = (s + 0x6d2b79f5) >>> 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const TOWNS = ['佛山', '清远', '江门', '中山', '广州', '肇庆', '韶关', '云浮']
const KINDS = [['货', 'cargo'], ['货', 'cargo'], ['货', 'cargo'], ['油', 'tanker'], ['拖', 'tug'], ['渔', 'fishing'], ['客', 'passenger']]

export function makeTargets(count) {
  const rnd = random(20260317)
  const list = []
  for (let i = 0; i < count; i++) {
    const vessel = i % 5 !== 4
    const far = vessel && i % 40 === 7
    const line = far ? PANAMA : vessel ? WATERS[Math.floor(rnd() * WATERS.length)].line : ROADS[Math.floor(rnd() * ROADS.length)]
    const kind = KINDS[Math.floor(rnd() * KINDS.length)]
    const moored = vessel && rnd() < 0.3
    const silent = rnd() < 0.02
    const own = i === 3 || i === 14
    const number = String(1000 + Math.floor(rnd() * 8999))
    list.push({
      i, line, len: length(line), vessel, moored, silent, own, off: (rnd() - 0.5) * (vessel ? 260 : 10),
      key: vessel ? `vessel.${413_000_000 + i * 13 + Math.floor(rnd() * 9)}` : `vehicle.0138${String(i).padStart(8, '0')}`,
      name: own ? (vessel ? `海巡 09${12 + i}` : `执法 粤E·${number}警`) : vessel ? `粤${TOWNS[Math.floor(rnd() * TOWNS.length)]}${kind[0]}${number}` : `粤E·${'BCD'[i % 3]}${number}`,
      sub: vessel ? kind[1] : 'dump_truck', speed: moored ? 0 : vessel ? 3 + rnd() * 8 : 20 + rnd() * 50, start: rnd() * 2,
      every: moored ? 180 : vessel ? 10 : 15, phase: Math.floor(rnd() * 180), size: vessel ? 30_000 + Math.floor(rnd() * 60_000) : 9000,
    })
  }
  return list
}

const dm = (t) => Math.round(t.speed * (t.vessel ? KN : KMH))

/** Where target t says it is at its last report at or before ms. */
export function positionAt(t, ms) {
  const every = t.every * 1000
  const phase = t.phase * 1000
  let at = Math.floor((ms - phase) / every) * every + phase
  if (t.silent) at = Math.floor((ms - phase) / 2_400_000) * 2_400_000 + phase
  const mps = dm(t) / 10 / 3600
  const run = ((at / 1000) * mps + t.start * t.len) % (2 * t.len)
  const back = run > t.len
  const p = along(t.line, back ? 2 * t.len - run : run)
  const course = (((back ? p.course + 180 : p.course) % 360) + 360) % 360
  const side = ((course + 90) * Math.PI) / 180
  const off = (back ? -1 : 1) * t.off
  const lat = p.lat + (Math.cos(side) * off) / M_PER_DEG
  const lon = p.lon + (Math.sin(side) * off) / (M_PER_DEG * Math.cos((p.lat * Math.PI) / 180))
  return {
    key: t.key, kind: t.vessel ? 'vessel' : 'vehicle', name: t.name, lat: Math.round(lat * 1e7) / 1e7, lon: Math.round(lon * 1e7) / 1e7,
    speed_dmph: dm(t), course_cdeg: Math.round(course * 100) % 36_000, ...(t.vessel ? { heading_cdeg: Math.round(course * 100) % 36_000 } : {}),
    at: new Date(at).toISOString(), motion: t.moored ? 'moored' : 'moving', interval_s: t.every, acc_m: t.vessel ? 10 : 15,
    ...(t.own ? { own: true } : {}), len_mm: t.size, sub: t.sub, source: t.vessel ? 'ais-2' : 'jt-1',
  }
}

/** Reports that fell into (from, to]. */
export function reportsBetween(targets, from, to) {
  const out = []
  for (const t of targets) {
    if (t.silent) continue
    const p = positionAt(t, to)
    const at = Date.parse(p.at)
    if (at > from && at <= to) out.push(p)
  }
  return out
}
