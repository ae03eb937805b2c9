// SPDX-License-Identifier: Apache-2.0
// All targets in two instanced draw calls. A fix writes twelve numbers; gliding, turning, sizing and dashing happen in
// the shader, so ten thousand moving targets cost one buffer write per batch and nothing per frame.
import type { CustomLayerInterface, Map as Maplibre } from 'maplibre-gl'
import { freshness } from '../domain/freshness'
import { GLIDE_MS, type Live } from '../domain/live'
import { toUnit, unitMetres } from '../domain/merc'
import { rgb, type Palette } from './palette'
import { HULL_FRAGMENT, HULL_VERTEX, VECTOR_FRAGMENT, VECTOR_VERTEX } from './shaders'

const FLOATS = 12
const LOST_MS = 3_600_000
const VECTOR_FROM_ZOOM = 11
const REBASE = 0.01

/** State as the shader has it. */
const FILLED = 0
const MOORED = 1
const SILENT = 2
const LOST = 3

export interface Scene {
  slots: readonly Live[]
  now: () => number
  hidden: () => ReadonlySet<number>
}

export class TargetsLayer implements CustomLayerInterface {
  readonly type = 'custom' as const
  readonly renderingMode = '2d' as const
  private map: Maplibre | undefined
  private gl: WebGL2RenderingContext | undefined
  private hull: Program | undefined
  private vector: Program | undefined
  private buffer: WebGLBuffer | null = null
  private data = new Float32Array(0)
  private capacity = 0
  private count = 0
  private dirtyFrom = Infinity
  private dirtyTo = -1
  private origin = { x: 0.5, y: 0.5 }
  private glideUntil = 0
  private readonly epoch = performance.now()

  constructor(readonly id: string, private readonly scene: Scene, private colors: Palette) {}

  onAdd(map: Maplibre, gl: WebGL2RenderingContext): void {
    this.map = map
    this.gl = gl
    this.hull = link(gl, HULL_VERTEX, HULL_FRAGMENT)
    this.vector = link(gl, VECTOR_VERTEX, VECTOR_FRAGMENT)
    this.buffer = gl.createBuffer()
    this.rebase()
  }

  onRemove(): void {
    const gl = this.gl
    if (!gl) return
    gl.deleteBuffer(this.buffer)
    for (const p of [this.hull, this.vector]) {
      if (!p) continue
      gl.deleteProgram(p.program)
      gl.deleteVertexArray(p.vao)
    }
    this.gl = undefined
  }

  recolor(c: Palette): void {
    this.colors = c
    this.map?.triggerRepaint()
  }

  /** Everything anew: after a snapshot, a change of theme or place, or when ages must be looked at. */
  rewrite(): void {
    for (let i = 0; i < this.scene.slots.length; i++) this.write(i)
    this.count = this.scene.slots.length
    this.map?.triggerRepaint()
  }

  /** Only what a batch changed. */
  update(changed: readonly number[]): void {
    for (const i of changed) this.write(i)
    this.count = this.scene.slots.length
    this.glideUntil = performance.now() + GLIDE_MS
    this.map?.triggerRepaint()
  }

  private rebase(): void {
    const c = this.map?.getCenter()
    if (!c) return
    this.origin = toUnit(c.lat, c.lng)
    this.rewrite()
  }

  private grow(n: number): void {
    if (n * FLOATS <= this.data.length) return
    const bigger = new Float32Array(Math.max(1024, n * 2) * FLOATS)
    bigger.set(this.data)
    this.data = bigger
  }

  private write(slot: number): void {
    const t = this.scene.slots[slot]
    if (!t) return
    this.grow(slot + 1)
    const to = toUnit(t.pos.lat, t.pos.lon)
    const far = Math.abs(t.fromLon - t.pos.lon) > 1 || Math.abs(t.fromLat - t.pos.lat) > 1
    const from = far ? to : toUnit(t.fromLat, t.fromLon)
    const metre = 1 / unitMetres(t.pos.lat)
    const vessel = t.pos.kind === 'vessel'
    const heading = t.pos.heading_cdeg ?? t.pos.course_cdeg
    const mps = (t.pos.speed_dmph ?? 0) / 36_000
    const d = this.data
    const o = slot * FLOATS
    d[o] = from.x - this.origin.x
    d[o + 1] = from.y - this.origin.y
    d[o + 2] = to.x - this.origin.x
    d[o + 3] = to.y - this.origin.y
    d[o + 4] = (t.cameAt - this.epoch) / 1000
    d[o + 5] = ((heading ?? 0) * Math.PI) / 18_000
    d[o + 6] = ((t.pos.course_cdeg ?? heading ?? 0) * Math.PI) / 18_000
    d[o + 7] = t.pos.motion === 'moving' ? mps * (vessel ? 180 : 30) * metre : 0
    d[o + 8] = ((t.pos.len_mm ?? 0) / 1000) * metre
    d[o + 9] = heading === undefined || (t.pos.kind !== 'vessel' && t.pos.kind !== 'vehicle') ? 2 : vessel ? 0 : 1
    d[o + 10] = this.state(t)
    d[o + 11] = this.scene.hidden().has(slot) ? -1 : t.pos.own === true ? 2 : vessel ? 0 : 1
    this.dirtyFrom = Math.min(this.dirtyFrom, o)
    this.dirtyTo = Math.max(this.dirtyTo, o + FLOATS)
  }

  private state(t: Live): number {
    const now = this.scene.now()
    if (freshness(t.pos, now) !== 'silent') return t.pos.motion === 'moored' ? MOORED : FILLED
    return now - t.at > LOST_MS ? LOST : SILENT
  }

  private upload(gl: WebGL2RenderingContext): void {
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer)
    if (this.capacity < this.data.length) {
      gl.bufferData(gl.ARRAY_BUFFER, this.data, gl.DYNAMIC_DRAW)
      this.capacity = this.data.length
    } else if (this.dirtyTo > this.dirtyFrom) {
      gl.bufferSubData(gl.ARRAY_BUFFER, this.dirtyFrom * 4, this.data, this.dirtyFrom, this.dirtyTo - this.dirtyFrom)
    }
    this.dirtyFrom = Infinity
    this.dirtyTo = -1
  }

  render(gl: WebGL2RenderingContext): void {
    const map = this.map
    if (!map || !this.hull || !this.vector || this.count === 0) return
    const c = map.getCenter()
    const center = toUnit(c.lat, c.lng)
    if (Math.hypot(center.x - this.origin.x, center.y - this.origin.y) > REBASE) this.rebase()
    this.upload(gl)
    const canvas = map.getCanvas()
    const size = { w: canvas.clientWidth, h: canvas.clientHeight }
    const middle = map.project(c)
    const zoom = map.getZoom()
    const shared = {
      center: [center.x - this.origin.x, center.y - this.origin.y] as const,
      middle: [middle.x, middle.y] as const, size: [size.w, size.h] as const, scale: 512 * 2 ** zoom,
      bearing: (map.getBearing() * Math.PI) / 180, time: (performance.now() - this.epoch) / 1000,
    }
    if (zoom >= VECTOR_FROM_ZOOM) this.draw(gl, this.vector, shared, zoom)
    this.draw(gl, this.hull, shared, zoom)
    if (performance.now() < this.glideUntil) map.triggerRepaint()
  }

  private draw(gl: WebGL2RenderingContext, p: Program, s: Shared, zoom: number): void {
    gl.useProgram(p.program)
    gl.bindVertexArray(p.vao)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer)
    for (let i = 0; i < 3; i++) {
      gl.enableVertexAttribArray(i)
      gl.vertexAttribPointer(i, 4, gl.FLOAT, false, FLOATS * 4, i * 16)
      gl.vertexAttribDivisor(i, 1)
    }
    gl.uniform2f(p.at('u_center'), s.center[0], s.center[1])
    gl.uniform2f(p.at('u_middle'), s.middle[0], s.middle[1])
    gl.uniform2f(p.at('u_size'), s.size[0], s.size[1])
    gl.uniform1f(p.at('u_scale'), s.scale)
    gl.uniform1f(p.at('u_bearing'), s.bearing)
    gl.uniform1f(p.at('u_time'), s.time)
    gl.uniform1f(p.at('u_grow'), Math.min(1, Math.max(0.42, (zoom - 6) / 7)))
    gl.uniform1f(p.at('u_ratio'), window.devicePixelRatio)
    this.paint(gl, p)
    gl.disable(gl.DEPTH_TEST)
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.count)
    gl.bindVertexArray(null)
  }

  private paint(gl: WebGL2RenderingContext, p: Program): void {
    gl.uniform3fv(p.at('u_color'), [...rgb(this.colors['--tg-vessel']), ...rgb(this.colors['--tg-truck']), ...rgb(this.colors['--tg-own'])])
    gl.uniform3fv(p.at('u_edge'), rgb(this.colors['--tg-edge']))
    gl.uniform3fv(p.at('u_hollow'), rgb(this.colors['--map-w1']))
  }
}

interface Shared {
  center: readonly [number, number]
  middle: readonly [number, number]
  size: readonly [number, number]
  scale: number
  bearing: number
  time: number
}

interface Program {
  program: WebGLProgram
  vao: WebGLVertexArrayObject
  at: (name: string) => WebGLUniformLocation | null
}

function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const program = gl.createProgram()
  for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
    const shader = gl.createShader(kind)
    if (!shader) throw new Error('no shader')
    gl.shaderSource(shader, text)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
    gl.deleteShader(shader)
  }
  gl.linkProgram(program)
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) throw new Error(gl.getProgramInfoLog(program) ?? 'shader')
  const places = new Map<string, WebGLUniformLocation | null>()
  return {
    program, vao: gl.createVertexArray(),
    at: (name) => {
      let l = places.get(name)
      if (l === undefined) {
        l = gl.getUniformLocation(program, name)
        places.set(name, l)
      }
      return l
    },
  }
}
