// SPDX-License-Identifier: Apache-2.0
// Web mercator on the unit square: x east from 180 W, y south from 85.05 N. Drawing only; no verdict rests on it.

export interface XY {
  x: number
  y: number
}

const MAX_LAT = 85.051129

export function toUnit(lat: number, lon: number): XY {
  const clamped = Math.max(-MAX_LAT, Math.min(MAX_LAT, lat))
  const s = Math.sin((clamped * Math.PI) / 180)
  return { x: lon / 360 + 0.5, y: 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI) }
}

export function toLatLon(p: XY): { lat: number; lon: number } {
  return { lon: (p.x - 0.5) * 360, lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * p.y))) * 180) / Math.PI }
}

const EARTH_M = 40_075_016.686

/** Length of the unit square's side at a latitude, in metres. */
export function unitMetres(lat: number): number {
  return EARTH_M * Math.cos((lat * Math.PI) / 180)
}

export function metresPerPixel(lat: number, zoom: number): number {
  return unitMetres(lat) / (512 * 2 ** zoom)
}

/** Great-circle distance in metres; good to a metre over what one screen shows. */
export function distance(aLat: number, aLon: number, bLat: number, bLon: number): number {
  const r = Math.PI / 180
  const dLat = (bLat - aLat) * r
  const dLon = (bLon - aLon) * r
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(aLat * r) * Math.cos(bLat * r) * Math.sin(dLon / 2) ** 2
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(h)))
}

export interface Box {
  west: number
  south: number
  east: number
  north: number
}

export function inBox(b: Box, lat: number, lon: number): boolean {
  if (lat < b.south || lat > b.north) return false
  return b.west <= b.east ? lon >= b.west && lon <= b.east : lon >= b.west || lon <= b.east
}
