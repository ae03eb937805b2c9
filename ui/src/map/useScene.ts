// SPDX-License-Identifier: Apache-2.0
// One synchronizer: what the stores hold goes to the map, in one direction, once per frame at most.
import type { Map as Maplibre } from 'maplibre-gl'
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { toLevel } from '../domain/alerts'
import { cluster } from '../domain/cluster'
import { drawnAt, GLIDE_MS, LiveTargets, type Live } from '../domain/live'
import { speed } from '../domain/units'
import { freshness } from '../domain/freshness'
import type { Alert } from '../domain/contract.gen'
import { useName, useT } from '../i18n'
import { useWords } from '../i18n/words'
import { useAlerts } from '../stores/alerts'
import { useClock } from '../stores/clock'
import { useLive } from '../stores/live'
import { usePrefs } from '../stores/prefs'
import { useView } from '../stores/view'
import { useZones } from '../stores/zones'
import { Annotations } from './annotations'
import { drawImages } from './images'
import { addOverlays, recolorOverlays, showZones } from './overlays'
import { recolor } from './base'
import { readPalette } from './palette'
import { TargetsLayer } from './targetsLayer'

const LABELS = 40
const LABEL_FROM_ZOOM = 11.5

export interface Scene {
  hidden: Ref<ReadonlySet<number>>
  /** What is drawn: the live picture, or the past one while the clock is not live. */
  slots: () => readonly Live[]
  /** Targets that an open alert names, with its level. */
  levels: () => Map<string, number>
}

export function useScene(map: Maplibre): Scene {
  const live = useLive()
  const alerts = useAlerts()
  const view = useView()
  const zones = useZones()
  const clock = useClock()
  const prefs = usePrefs()
  const t = useT()
  const nameOf = useName()
  const words = useWords()

  const past = new LiveTargets()
  const hidden = shallowRef<ReadonlySet<number>>(new Set())
  const current = (): LiveTargets => (view.live ? live.targets : past)
  const slots = (): readonly Live[] => current().slots
  const shownNow = (): number => (view.live ? clock.exactNow() : view.shownAt)

  const notes = new Annotations(map, readPalette())
  const layer = new TargetsLayer('targets', {
    get slots() { return slots() },
    now: shownNow,
    hidden: () => hidden.value,
  }, readPalette())

  function levels(): Map<string, number> {
    const m = new Map<string, number>()
    for (const a of alerts.open) m.set(a.target.key, Math.min(a.level, m.get(a.target.key) ?? 9))
    return m
  }

  function selectedKey(): string | undefined {
    const s = view.selection
    if (s?.kind === 'target') return s.id
    return s?.kind === 'alert' ? alerts.get(s.id)?.target.key : undefined
  }

  function crowds(): void {
    const spare = new Set(levels().keys())
    const key = selectedKey()
    if (key !== undefined) spare.add(key)
    const c = cluster(slots(), map.getZoom(), spare)
    const same = c.hidden.size === hidden.value.size && [...c.hidden].every((s) => hidden.value.has(s))
    hidden.value = c.hidden
    notes.rings = c.rings
    if (!same) layer.rewrite()
  }

  function labelOf(x: Live, chosen: boolean): { lines: string[]; quiet: boolean } {
    const now = shownNow()
    const name = x.pos.name ?? x.pos.key.slice(x.pos.key.indexOf('.') + 1)
    if (freshness(x.pos, now) === 'silent') return { lines: [name, t('target.unheard', { age: words.old(x.at, now, clock.offset) })], quiet: true }
    if (!chosen || x.pos.speed_dmph === undefined) return { lines: [name], quiet: false }
    const q = speed(x.pos.speed_dmph, x.pos.kind)
    return { lines: [name, `${q.value} ${q.unit}`], quiet: false }
  }

  // At most forty, by level, then selection, then speed.
  function labels(): void {
    const key = selectedKey()
    const lv = levels()
    const box = map.getBounds()
    const near = map.getZoom() >= LABEL_FROM_ZOOM
    const rows: { x: Live; order: number }[] = []
    for (const x of slots()) {
      const level = lv.get(x.pos.key)
      const chosen = x.pos.key === key
      if (!chosen && level === undefined && (!near || hidden.value.has(x.slot))) continue
      if (!box.contains([x.pos.lon, x.pos.lat])) continue
      rows.push({ x, order: chosen ? -1 : (level ?? 5) * 1e9 - (x.pos.speed_dmph ?? 0) })
    }
    rows.sort((a, b) => a.order - b.order)
    notes.labels = rows.slice(0, LABELS).map(({ x }) => {
      const strong = x.pos.key === key
      return { at: () => drawnAt(x, performance.now()), ...labelOf(x, strong || lv.has(x.pos.key)), strong }
    })
  }

  function placeOf(a: Alert): { lat: number; lon: number } | undefined {
    const x = current().byKey.get(a.target.key)
    if (x) return drawnAt(x, performance.now())
    return a.lat !== undefined && a.lon !== undefined ? { lat: a.lat, lon: a.lon } : undefined
  }

  function badges(): void {
    const best = new Map<string, Alert>()
    for (const a of alerts.sorted) if (!best.has(a.target.key)) best.set(a.target.key, a)
    notes.badges = [...best.values()].reverse().map((a) => ({ at: () => placeOf(a), level: toLevel(a.level), fresh: a.state === 'new' }))
    const s = view.selection
    const key = selectedKey()
    const chosen = key === undefined ? undefined : current().byKey.get(key)
    const alert = s?.kind === 'alert' ? alerts.get(s.id) : undefined
    notes.selected = chosen ? () => drawnAt(chosen, performance.now()) : alert ? () => placeOf(alert) : undefined
  }

  function slow(): void {
    crowds()
    labels()
    badges()
    notes.paint()
  }

  function dress(): void {
    const c = readPalette()
    drawImages(map, c)
    addOverlays(map, c, map.getLayer('targets') ? 'targets' : undefined)
    if (!map.getLayer('targets')) map.addLayer(layer)
    showZones(map, zones.all, nameOf, (limit) => t('zone.limit', { limit }))
    slow()
  }

  map.on('style.load', dress)
  map.on('zoomend', slow)
  map.on('moveend', labels)
  if (map.isStyleLoaded()) dress()

  watch(() => live.version, () => {
    if (!view.live) return
    const changed = live.targets.takeChanged()
    layer.update(changed)
  })
  watch(() => view.past, (items) => {
    if (items) past.replace(items, performance.now() - (view.playing ? 0 : 2 * GLIDE_MS))
    layer.rewrite()
    layer.update([])
    slow()
  })
  watch(() => view.live, () => {
    live.targets.takeChanged()
    layer.rewrite()
    slow()
  })
  watch(() => zones.all, () => showZones(map, zones.all, nameOf, (limit) => t('zone.limit', { limit })))
  watch([() => view.selection, () => alerts.version], slow)
  watch([() => prefs.theme, () => prefs.language], () => {
    // After the attribute changed, not before: colours are read from the document.
    requestAnimationFrame(() => {
      const c = readPalette()
      recolor(map, c)
      recolorOverlays(map, c)
      drawImages(map, c)
      layer.recolor(c)
      notes.recolor(c)
      showZones(map, zones.all, nameOf, (limit) => t('zone.limit', { limit }))
      slow()
    })
  })

  const seconds = setInterval(slow, 1000)
  // Ages change form without a fix: look at all of them every five seconds.
  const ages = setInterval(() => layer.rewrite(), 5000)
  onScopeDispose(() => {
    clearInterval(seconds)
    clearInterval(ages)
    notes.remove()
  })

  return { hidden, slots, levels }
}
