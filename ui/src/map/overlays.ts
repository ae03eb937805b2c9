// SPDX-License-Identifier: Apache-2.0
// What lies on the base and stands still: zones, their names, the trail. Each owns one source and its layers; data is
// pushed in from outside, never read from here.
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as Maplibre } from 'maplibre-gl'
import type { TrackPoint, ZoneCollection } from '../domain/contract.gen'
import { postedLimit } from '../domain/units'
import { zoneLook } from '../domain/zones'
import type { Palette } from './palette'

const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
export const SOURCES = ['zones', 'zone-labels', 'trail'] as const
export type SourceName = (typeof SOURCES)[number]

const TEXT: { 'text-font': string[]; 'text-allow-overlap': boolean } = { 'text-font': ['sans'], 'text-allow-overlap': false }

function zoneColor(c: Palette): ExpressionSpecification {
  return ['match', ['get', 'layer'], ['speed', 'bridge'], c['--map-zone-speed'], 'nogo', c['--map-zone-nogo'], 'anchor', c['--map-zone-anchor'],
    'site', c['--map-zone-site'], 'gate', c['--map-gate'], 'ferry', c['--map-zone-anchor'], c['--map-depth']]
}

const isLayer = (...names: string[]): ExpressionSpecification => ['in', ['get', 'layer'], ['literal', names]]
const polygon: ExpressionSpecification = ['==', ['geometry-type'], 'Polygon']

export function overlayLayers(c: Palette): LayerSpecification[] {
  const color = zoneColor(c)
  return [
    { id: 'z-water-rim', type: 'line', source: 'zones', filter: isLayer('water'), paint: { 'line-color': c['--map-w1'], 'line-width': ['interpolate', ['exponential', 2], ['zoom'], 9, 1, 14, 16] } },
    { id: 'z-water', type: 'fill', source: 'zones', filter: isLayer('water'), paint: { 'fill-color': c['--map-w2'], 'fill-antialias': true } },
    { id: 'z-fill', type: 'fill', source: 'zones', filter: ['all', polygon, ['!', isLayer('water', 'nogo')]], paint: { 'fill-color': color, 'fill-opacity': 0.09 } },
    { id: 'z-hatch', type: 'fill', source: 'zones', filter: isLayer('nogo'), paint: { 'fill-pattern': 'hatch' } },
    { id: 'z-line', type: 'line', source: 'zones', filter: ['all', polygon, ['!', isLayer('water', 'anchor', 'site')]], paint: { 'line-color': color, 'line-width': 1.6 } },
    { id: 'z-dash', type: 'line', source: 'zones', filter: isLayer('anchor', 'ferry'), paint: { 'line-color': color, 'line-width': 1.4, 'line-dasharray': [5, 3] } },
    { id: 'z-dot', type: 'line', source: 'zones', filter: isLayer('site'), paint: { 'line-color': color, 'line-width': 1.3, 'line-dasharray': [1.5, 2] } },
    { id: 'z-gate', type: 'line', source: 'zones', filter: isLayer('gate'), paint: { 'line-color': c['--map-gate'], 'line-width': 2, 'line-dasharray': [4, 2] } },
    { id: 'z-label', type: 'symbol', source: 'zone-labels', minzoom: 10.5, layout: { 'text-field': ['get', 'text'], 'text-size': 12, 'text-anchor': 'top', 'text-offset': [0, 0.4], 'text-max-width': 24, ...TEXT }, paint: { 'text-color': color, 'text-halo-color': c['--map-halo'], 'text-halo-width': 1.6 } },
    { id: 'trail', type: 'line', source: 'trail', filter: ['!', ['get', 'gap']], layout: { 'line-cap': 'round' }, paint: { 'line-color': c['--tg-trail'], 'line-width': 2, 'line-opacity': ['get', 'o'] } },
    { id: 'trail-gap', type: 'line', source: 'trail', filter: ['get', 'gap'], paint: { 'line-color': c['--tg-trail'], 'line-width': 1.4, 'line-opacity': 0.6, 'line-dasharray': [1, 3] } },
  ]
}

/** Adds what is missing; safe to call again after a style was loaded anew. */
export function addOverlays(map: Maplibre, c: Palette, below: string | undefined): void {
  for (const s of SOURCES) if (!map.getSource(s)) map.addSource(s, { type: 'geojson', data: EMPTY })
  for (const l of overlayLayers(c)) if (!map.getLayer(l.id)) map.addLayer(l, below)
}

export function recolorOverlays(map: Maplibre, c: Palette): void {
  for (const l of overlayLayers(c)) {
    for (const [k, v] of Object.entries(l.paint ?? {})) {
      if (k.endsWith('color') && map.getLayer(l.id)) map.setPaintProperty(l.id, k as 'fill-color', v as string)
    }
  }
}

export function setData(map: Maplibre, name: SourceName, features: GeoJSON.Feature[]): void {
  const source = map.getSource<GeoJSONSource>(name)
  if (source) void source.setData({ type: 'FeatureCollection', features })
}

type Named = (x: { name?: string; name_en?: string }) => string

export function showZones(map: Maplibre, zones: ZoneCollection, nameOf: Named, limitWord: (text: string) => string): void {
  setData(map, 'zones', zones.features.map((f) => ({ type: 'Feature', geometry: f.geometry as GeoJSON.Geometry, properties: { ...f.properties, layer: zoneLook(f.properties.layer) } })))
  const labels: GeoJSON.Feature[] = []
  for (const f of zones.features) {
    const look = zoneLook(f.properties.layer)
    if (look === 'gate') continue
    const at = lowest(f.geometry as GeoJSON.Geometry)
    if (!at) continue
    const limit = f.properties.limit_dmph
    const q = limit === undefined ? undefined : postedLimit(limit)
    const text = q ? `${nameOf(f.properties)} ${limitWord(`${q.value} ${q.unit}`)}` : nameOf(f.properties)
    labels.push({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { text, layer: look } })
  }
  setData(map, 'zone-labels', labels)
}

// Name and limit stand outside the lower edge.
function lowest(g: GeoJSON.Geometry): [number, number] | undefined {
  const rings = g.type === 'Polygon' ? g.coordinates : g.type === 'MultiPolygon' ? g.coordinates.flat() : []
  let best: [number, number] | undefined
  for (const ring of rings) for (const p of ring) {
    const [x, y] = p
    if (x !== undefined && y !== undefined && (!best || y < best[1])) best = [x, y]
  }
  return best
}

const SEGMENTS = 14

/** Fades over the span; a break is dotted. */
export function trailFeatures(points: readonly TrackPoint[], even: boolean): GeoJSON.Feature[] {
  const out: GeoJSON.Feature[] = []
  const per = Math.max(1, Math.ceil((points.length - 1) / (even ? 1 : SEGMENTS)))
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]
    const b = points[i]
    if (!a || !b) continue
    const gap = b.brk === true
    const band = Math.floor((points.length - 1 - i) / per)
    const o = even ? 0.85 : Math.max(0.06, 0.85 - band * 0.06)
    const last = out.at(-1)
    if (last && !gap && last.properties?.['o'] === o && last.properties['gap'] === false && last.geometry.type === 'LineString') last.geometry.coordinates.push([b.lon, b.lat])
    else out.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: [[a.lon, a.lat], [b.lon, b.lat]] }, properties: { o, gap } })
  }
  return out
}
