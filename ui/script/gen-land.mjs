// SPDX-License-Identifier: Apache-2.0
// The offline base map, made at build time from world-atlas (Natural Earth, public domain): land only, no borders.
//   public/map/land-50m.json   the whole world, for far zooms
//   public/map/land-10m/X_Y.json   the fine coast in cells of 10 degrees, read as the map needs them; index.json lists them
import { mkdirSync, readFileSync, rmSync, writeFileSync, existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { feature } from 'topojson-client'

const require = createRequire(import.meta.url)
const out = join(dirname(fileURLToPath(import.meta.url)), '../public/map')
const CELL = 10
const stamp = join(out, 'land-10m/index.json')

if (existsSync(stamp) && statSync(stamp).mtimeMs > statSync(fileURLToPath(import.meta.url)).mtimeMs) process.exit(0)

const load = (name) => {
  const topology = JSON.parse(readFileSync(require.resolve(`world-atlas/${name}`), 'utf8'))
  const got = feature(topology, topology.objects.land)
  const list = got.type === 'FeatureCollection' ? got.features : [got]
  return list.flatMap((f) => (f.geometry.type === 'Polygon' ? [f.geometry.coordinates] : f.geometry.coordinates))
}

const round = (digits) => (ring) => {
  const k = 10 ** digits
  const pts = ring.map(([x, y]) => [Math.round(x * k) / k, Math.round(y * k) / k])
  return pts.filter((p, i) => i === 0 || p[0] !== pts[i - 1][0] || p[1] !== pts[i - 1][1])
}

const collection = (polygons) => JSON.stringify({
  type: 'FeatureCollection',
  features: [{ type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates: polygons } }],
})

// Sutherland and Hodgman, one side of the cell after the other. Edges it adds lie on the cell's border, where the
// neighbour's fill meets them; the coast line itself is clipped apart as lines, so that no cell border is ever drawn.
function clipRing(ring, axis, limit, keepBelow) {
  const inside = (p) => (keepBelow ? p[axis] <= limit : p[axis] >= limit)
  const cut = (a, b) => {
    const f = (limit - a[axis]) / (b[axis] - a[axis])
    return axis === 0 ? [limit, a[1] + f * (b[1] - a[1])] : [a[0] + f * (b[0] - a[0]), limit]
  }
  const got = []
  for (let i = 0; i + 1 < ring.length; i++) {
    const a = ring[i]
    const b = ring[i + 1]
    if (inside(a)) got.push(a)
    if (inside(a) !== inside(b)) got.push(cut(a, b))
  }
  if (got.length > 0) got.push(got[0])
  return got
}

const clipBox = (ring, [w, s, e, n]) =>
  clipRing(clipRing(clipRing(clipRing(ring, 0, w, false), 0, e, true), 1, s, false), 1, n, true)

function clipLines(ring, [w, s, e, n]) {
  const lines = []
  let line = []
  const edge = (p) => Math.abs(p[0]) >= 179.99 || p[1] <= -89.9
  for (let i = 0; i + 1 < ring.length; i++) {
    const seg = clipSegment(ring[i], ring[i + 1], w, s, e, n)
    if (!seg || (edge(ring[i]) && edge(ring[i + 1]))) {
      if (line.length > 1) lines.push(line)
      line = []
      continue
    }
    if (line.length === 0) line.push(seg[0])
    line.push(seg[1])
    if (seg[1] !== ring[i + 1]) {
      lines.push(line)
      line = []
    }
  }
  if (line.length > 1) lines.push(line)
  return lines
}

// Liang and Barsky.
function clipSegment(a, b, w, s, e, n) {
  let t0 = 0
  let t1 = 1
  const dx = b[0] - a[0]
  const dy = b[1] - a[1]
  for (const [p, q] of [[-dx, a[0] - w], [dx, e - a[0]], [-dy, a[1] - s], [dy, n - a[1]]]) {
    if (p === 0) {
      if (q < 0) return undefined
    } else if (p < 0) t0 = Math.max(t0, q / p)
    else t1 = Math.min(t1, q / p)
  }
  if (t0 > t1) return undefined
  return [t0 === 0 ? a : [a[0] + t0 * dx, a[1] + t0 * dy], t1 === 1 ? b : [a[0] + t1 * dx, a[1] + t1 * dy]]
}

rmSync(out, { recursive: true, force: true })
mkdirSync(join(out, 'land-10m'), { recursive: true })

const coarse = load('land-50m.json').map((polygon) => polygon.map(round(2)).filter((r) => r.length > 3)).filter((p) => p.length > 0)
writeFileSync(join(out, 'land-50m.json'), collection(coarse))

const fine = load('land-10m.json').map((polygon) => ({
  polygon,
  box: polygon[0].reduce((b, [x, y]) => [Math.min(b[0], x), Math.min(b[1], y), Math.max(b[2], x), Math.max(b[3], y)], [180, 90, -180, -90]),
}))
const cells = []
let total = 0
for (let x = -180; x < 180; x += CELL) {
  for (let y = -90; y < 90; y += CELL) {
    const box = [x, y, x + CELL, y + CELL]
    const polygons = []
    const lines = []
    for (const { polygon, box: b } of fine) {
      if (b[0] > box[2] || b[2] < box[0] || b[1] > box[3] || b[3] < box[1]) continue
      const rings = polygon.map((r) => round(4)(clipBox(r, box))).filter((r) => r.length > 3)
      if (rings.length > 0) polygons.push(rings)
      for (const r of polygon) lines.push(...clipLines(r, box).map(round(4)).filter((l) => l.length > 1))
    }
    if (polygons.length === 0) continue
    const text = JSON.stringify({
      type: 'FeatureCollection',
      features: [
        { type: 'Feature', properties: { k: 'land' }, geometry: { type: 'MultiPolygon', coordinates: polygons } },
        ...(lines.length > 0 ? [{ type: 'Feature', properties: { k: 'coast' }, geometry: { type: 'MultiLineString', coordinates: lines } }] : []),
      ],
    })
    cells.push(`${x}_${y}`)
    total += text.length
    writeFileSync(join(out, `land-10m/${x}_${y}.json`), text)
  }
}
writeFileSync(stamp, JSON.stringify({ cell: CELL, cells }))
process.stdout.write(`base map: ${coarse.length} coarse polygons, ${cells.length} fine cells, ${Math.round(total / 1024)} KiB\n`)
