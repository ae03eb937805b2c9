// SPDX-License-Identifier: Apache-2.0
// Small pictures for symbol layers, drawn from the tokens at the screen's own density.
import type { Map as Maplibre } from 'maplibre-gl'
import { LEVELS, type Level, type Mark } from '../domain/alerts'
import { LEVEL_PATH, LEVEL_TEXT_Y } from '../ui/levels'
import type { Palette } from './palette'

const RATIO = 2

function put(map: Maplibre, name: string, size: number, draw: (g: CanvasRenderingContext2D) => void): void {
  const canvas = document.createElement('canvas')
  canvas.width = size * RATIO
  canvas.height = size * RATIO
  const g = canvas.getContext('2d')
  if (!g) return
  g.scale(RATIO, RATIO)
  draw(g)
  const image = g.getImageData(0, 0, canvas.width, canvas.height)
  if (map.hasImage(name)) map.updateImage(name, image)
  else map.addImage(name, image, { pixelRatio: RATIO })
}

function level(g: CanvasRenderingContext2D, l: Level, mark: Mark, c: Palette): void {
  const solid = mark === 'new'
  const text = solid ? c[`--on-lv${l}`] : c[`--lv${l}-tx`]
  g.translate(1, 1)
  const path = new Path2D(LEVEL_PATH[l])
  g.lineJoin = 'round'
  g.lineWidth = 3.4
  g.strokeStyle = c['--map-halo']
  g.stroke(path)
  g.fillStyle = solid ? c[`--lv${l}`] : c[`--lv${l}-tint`]
  g.fill(path)
  g.lineWidth = 1.5
  g.strokeStyle = solid ? c[`--lv${l}`] : c[`--lv${l}-tx`]
  g.stroke(path)
  g.fillStyle = text
  g.font = `700 ${l === 1 ? 10 : 11}px "Noto Sans SC", "Noto Sans CJK SC", sans-serif`
  g.textAlign = 'center'
  g.fillText(String(l), 10, LEVEL_TEXT_Y[l])
}

export function drawImages(map: Maplibre, c: Palette): void {
  for (const l of LEVELS) {
    put(map, `level-${l}-new`, 22, (g) => level(g, l, 'new', c))
    put(map, `level-${l}-acknowledged`, 22, (g) => level(g, l, 'acknowledged', c))
  }
  put(map, 'hatch', 8, (g) => {
    g.strokeStyle = c['--map-zone-nogo']
    g.globalAlpha = 0.4
    g.lineWidth = 1.5
    for (const k of [-8, 0, 8]) {
      g.beginPath()
      g.moveTo(k - 1, 9)
      g.lineTo(k + 9, -1)
      g.stroke()
    }
  })
  put(map, 'gate-arrow', 12, (g) => {
    g.fillStyle = c['--map-gate']
    g.fill(new Path2D('M2 2 11 6 2 10Z'))
  })
  for (const n of [0, 1, 2, 3, 4]) put(map, `ring-${n}`, 44, (g) => ring(g, n / 4, c))
}

// Ring of a crowd: its arc is the share of vessels, the rest vehicles.
function ring(g: CanvasRenderingContext2D, vessels: number, c: Palette): void {
  g.fillStyle = c['--bg-1']
  g.beginPath()
  g.arc(22, 22, 17, 0, 2 * Math.PI)
  g.fill()
  g.lineWidth = 2.5
  const from = -Math.PI / 2
  const to = from + vessels * 2 * Math.PI
  for (const [a, b, ink] of [[from, to, c['--tg-vessel']], [to, from + 2 * Math.PI, c['--tg-truck']]] as const) {
    if (b - a < 0.01) continue
    g.strokeStyle = ink
    g.beginPath()
    g.arc(22, 22, 17, a, b)
    g.stroke()
  }
}
