// SPDX-License-Identifier: Apache-2.0
// What floats over the moving targets: crowd rings, alert badges, labels, the brackets of the selection. Drawn on a plain
// canvas in step with the map, because they follow targets that glide, and tiling a hundred points anew each second is a
// waste of the one worker that draws the coast.
import type { Map as Maplibre } from 'maplibre-gl'
import type { Level } from '../domain/alerts'
import { LEVEL_PATH, LEVEL_TEXT_Y } from '../ui/levels'
import type { Palette } from './palette'

export type Place = () => { lat: number; lon: number } | undefined

export interface Ring {
  lat: number
  lon: number
  count: number
  vessels: number
}

export interface Badge {
  at: Place
  level: Level
  fresh: boolean
}

export interface Label {
  at: Place
  lines: readonly string[]
  strong: boolean
  quiet: boolean
}

const FONT = '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'
const BADGE = 20
const PATHS = new Map<Level, Path2D>()

interface Rect {
  x: number
  y: number
  w: number
  h: number
}

export class Annotations {
  rings: readonly Ring[] = []
  badges: readonly Badge[] = []
  labels: readonly Label[] = []
  selected: Place | undefined
  private readonly canvas = document.createElement('canvas')
  private readonly draw = (): void => this.paint()

  constructor(private readonly map: Maplibre, private colors: Palette) {
    Object.assign(this.canvas.style, { position: 'absolute', inset: '0', pointerEvents: 'none' })
    this.canvas.setAttribute('aria-hidden', 'true')
    map.getCanvasContainer().appendChild(this.canvas)
    map.on('render', this.draw)
  }

  recolor(c: Palette): void {
    this.colors = c
    this.paint()
  }

  remove(): void {
    this.map.off('render', this.draw)
    this.canvas.remove()
  }

  paint(): void {
    const g = this.begin()
    if (!g) return
    const taken: Rect[] = []
    for (const r of this.rings) this.ring(g, r, taken)
    for (const b of this.badges) this.badge(g, b, taken)
    for (const l of this.labels) this.label(g, l, taken)
    this.brackets(g)
  }

  private begin(): CanvasRenderingContext2D | null {
    const host = this.map.getCanvas()
    const w = host.clientWidth
    const h = host.clientHeight
    const ratio = window.devicePixelRatio
    if (this.canvas.width !== Math.round(w * ratio) || this.canvas.height !== Math.round(h * ratio)) {
      this.canvas.width = Math.round(w * ratio)
      this.canvas.height = Math.round(h * ratio)
      this.canvas.style.width = `${w}px`
      this.canvas.style.height = `${h}px`
    }
    const g = this.canvas.getContext('2d')
    g?.setTransform(ratio, 0, 0, ratio, 0, 0)
    g?.clearRect(0, 0, w, h)
    return g
  }

  private pixel(at: Place): { x: number; y: number } | undefined {
    const p = at()
    if (!p) return undefined
    const q = this.map.project([p.lon, p.lat])
    const c = this.map.getCanvas()
    return q.x > -60 && q.y > -60 && q.x < c.clientWidth + 60 && q.y < c.clientHeight + 60 ? q : undefined
  }

  private ring(g: CanvasRenderingContext2D, r: Ring, taken: Rect[]): void {
    const p = this.pixel(() => r)
    if (!p) return
    const radius = r.count > 99 ? 19 : r.count > 24 ? 17 : 15
    g.fillStyle = this.colors['--bg-1']
    g.beginPath()
    g.arc(p.x, p.y, radius, 0, 2 * Math.PI)
    g.fill()
    g.lineWidth = 2.4
    const from = -Math.PI / 2
    const to = from + (r.vessels / r.count) * 2 * Math.PI
    for (const [a, b, ink] of [[from, to, this.colors['--tg-vessel']], [to, from + 2 * Math.PI, this.colors['--tg-truck']]] as const) {
      if (b - a < 0.01) continue
      g.strokeStyle = ink
      g.beginPath()
      g.arc(p.x, p.y, radius, a, b)
      g.stroke()
    }
    g.font = `700 12px ${FONT}`
    g.textAlign = 'center'
    g.fillStyle = this.colors['--tx-1']
    g.fillText(r.count > 999 ? `${(r.count / 1000).toFixed(1)}k` : String(r.count), p.x, p.y + 4.5)
    taken.push({ x: p.x - radius, y: p.y - radius, w: 2 * radius, h: 2 * radius })
  }

  private badge(g: CanvasRenderingContext2D, b: Badge, taken: Rect[]): void {
    const p = this.pixel(b.at)
    if (!p) return
    const { level, fresh } = b
    const c = this.colors
    const path = PATHS.get(level) ?? new Path2D(LEVEL_PATH[level])
    PATHS.set(level, path)
    g.save()
    g.translate(p.x - BADGE / 2, p.y - 32)
    g.lineJoin = 'round'
    g.lineWidth = 3.6
    g.strokeStyle = c['--map-halo']
    g.stroke(path)
    g.fillStyle = fresh ? c[`--lv${level}`] : c[`--lv${level}-tint`]
    g.fill(path)
    g.lineWidth = 1.5
    g.strokeStyle = fresh ? c[`--lv${level}`] : c[`--lv${level}-tx`]
    g.stroke(path)
    g.fillStyle = fresh ? c[`--on-lv${level}`] : c[`--lv${level}-tx`]
    g.font = `700 ${level === 1 ? 10 : 11}px ${FONT}`
    g.textAlign = 'center'
    g.fillText(String(level), 10, LEVEL_TEXT_Y[level])
    g.restore()
    taken.push({ x: p.x - 11, y: p.y - 33, w: 22, h: 22 })
  }

  // Right of the target; where that is taken, left of it; else not at all, unless it must be read.
  private label(g: CanvasRenderingContext2D, l: Label, taken: Rect[]): void {
    const p = this.pixel(l.at)
    if (!p) return
    const size = l.strong ? 13 : 11.5
    g.font = `${l.strong ? 700 : 500} ${size}px ${FONT}`
    const w = Math.max(...l.lines.map((t) => g.measureText(t).width))
    const h = l.lines.length * (size + 2)
    const spots = [p.x + 17, p.x - 17 - w]
    const free = spots.find((x) => !taken.some((r) => x < r.x + r.w && x + w > r.x && p.y - 10 < r.y + r.h && p.y - 10 + h > r.y))
    const x = free ?? (l.strong ? spots[0] : undefined)
    if (x === undefined) return
    taken.push({ x, y: p.y - 10, w, h })
    g.textAlign = 'left'
    g.lineJoin = 'round'
    g.lineWidth = 3
    g.strokeStyle = this.colors['--map-halo']
    g.fillStyle = l.strong ? this.colors['--tx-1'] : l.quiet ? this.colors['--tx-3'] : this.colors['--map-tx']
    l.lines.forEach((t, i) => {
      const y = p.y + i * (size + 2) + 1
      g.strokeText(t, x, y)
      g.fillText(t, x, y)
    })
  }

  private brackets(g: CanvasRenderingContext2D): void {
    const p = this.selected ? this.pixel(this.selected) : undefined
    if (!p) return
    g.save()
    g.translate(p.x, p.y)
    g.lineWidth = 2
    g.strokeStyle = this.colors['--tg-sel']
    g.stroke(new Path2D('M-21 -11V-21H-11M-21 11V21H-11M21 -11V-21H11M21 11V21H11'))
    g.restore()
  }
}
