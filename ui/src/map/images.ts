// SPDX-License-Identifier: Apache-2.0
// Small pictures for symbol layers, drawn from the tokens at the screen's own density.
import type { Map as Maplibre } from 'maplibre-gl'
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

export function drawImages(map: Maplibre, c: Palette): void {
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
}
