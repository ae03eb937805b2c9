// SPDX-License-Identifier: Apache-2.0
// The map itself: offline land, no glyph server, no request to anybody. An operator's own tiles come on top of the land.
import { AttributionControl, Map as Maplibre, setWorkerUrl, type GeoJSONSource, type LayerSpecification, type StyleSpecification } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { readStatic } from '../api/static'
import type { Tiles } from '../domain/contract.gen'
import type { MapView } from '../domain/urlstate'
import { readPalette, type Palette } from './palette'

// MapLibre 6 finds no worker in a built page unless it is told where.
setWorkerUrl(workerUrl)

export const FONT = "'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
const EMPTY = { type: 'FeatureCollection' as const, features: [] }

function layers(c: Palette, tiles: Tiles | undefined): LayerSpecification[] {
  return [
    { id: 'water', type: 'background', paint: { 'background-color': c['--map-w2'] } },
    { id: 'land-far', type: 'fill', source: 'land-far', maxzoom: 6, paint: { 'fill-color': c['--map-land'], 'fill-antialias': false } },
    { id: 'land', type: 'fill', source: 'land', minzoom: 6, filter: ['==', ['get', 'k'], 'land'], paint: { 'fill-color': c['--map-land'], 'fill-antialias': false } },
    { id: 'coast', type: 'line', source: 'land', minzoom: 6, filter: ['==', ['get', 'k'], 'coast'], paint: { 'line-color': c['--map-depth'], 'line-width': ['interpolate', ['linear'], ['zoom'], 6, 0.5, 12, 1.2], 'line-opacity': 0.8 } },
    ...(tiles ? [{ id: 'tiles', type: 'raster' as const, source: 'tiles' }] : []),
  ]
}

export function style(c: Palette, tiles: Tiles | undefined): StyleSpecification {
  return {
    version: 8,
    sources: {
      'land-far': { type: 'geojson', data: EMPTY },
      land: { type: 'geojson', data: EMPTY, tolerance: 0.2, attribution: 'Natural Earth' },
      ...(tiles ? { tiles: { type: 'raster' as const, tiles: [tiles.url], tileSize: 256, maxzoom: tiles.max_zoom ?? 18, attribution: [tiles.attribution, tiles.approval].filter(Boolean).join(' · ') } } : {}),
    },
    layers: layers(c, tiles),
  }
}

/** Colours of the base after the theme changed. */
export function recolor(map: Maplibre, c: Palette): void {
  for (const l of layers(c, undefined)) {
    for (const [k, v] of Object.entries(l.paint ?? {})) {
      if (k.endsWith('color') && map.getLayer(l.id)) map.setPaintProperty(l.id, k as 'fill-color', v as string)
    }
  }
}

export function createMap(container: HTMLElement, start: MapView, tiles: Tiles | undefined): Maplibre {
  const map = new Maplibre({
    container, style: style(readPalette(), tiles), center: [start.lon, start.lat], zoom: start.zoom, bearing: start.bearing, maxPitch: 0,
    pitchWithRotate: false, localIdeographFontFamily: FONT, attributionControl: false, keyboard: false, maxZoom: 19, minZoom: 1.2, fadeDuration: 0,
    canvasContextAttributes: { antialias: true },
  })
  map.addControl(new AttributionControl({ compact: true }), 'bottom-right')
  map.touchZoomRotate.disableRotation()
  watchLand(map)
  return map
}

interface Cells {
  cell: number
  cells: string[]
}

// The fine coast is read cell by cell as the view needs it, and kept.
function watchLand(map: Maplibre): void {
  const have = new Map<string, GeoJSON.Feature[]>()
  let index: Promise<Cells> | undefined
  let alive = true
  map.on('remove', () => { alive = false })

  let far = false
  async function need(): Promise<void> {
    if (map.getZoom() < 6.5 && !far) {
      far = true
      await map.getSource<GeoJSONSource>('land-far')?.setData('/map/land-50m.json')
    }
    if (map.getZoom() < 5.5) return
    index ??= readStatic<Cells>('/map/land-10m/index.json')
    const { cell, cells } = await index
    const known = new Set(cells)
    const b = map.getBounds()
    const fresh: Promise<void>[] = []
    for (let x = Math.floor(b.getWest() / cell) * cell; x < b.getEast(); x += cell) {
      for (let y = Math.floor(b.getSouth() / cell) * cell; y < b.getNorth(); y += cell) {
        const name = `${((x + 540) % 360) - 180}_${y}`
        if (have.has(name) || !known.has(name)) continue
        have.set(name, [])
        fresh.push(readStatic<GeoJSON.FeatureCollection>(`/map/land-10m/${name}.json`).then((c) => void have.set(name, c.features)))
      }
    }
    if (fresh.length === 0) return
    await Promise.all(fresh)
    if (!isAlive()) return
    const source = map.getSource<GeoJSONSource>('land')
    await source?.setData({ type: 'FeatureCollection', features: [...have.values()].flat() })
  }
  const isAlive = (): boolean => alive
  const ask = (): void => {
    // Without the coast the map still works: water everywhere, targets and zones on it.
    need().catch(() => undefined)
  }
  map.on('moveend', ask)
  map.once('load', ask)
}
