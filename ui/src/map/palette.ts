// SPDX-License-Identifier: Apache-2.0
// The map follows the page's tokens: colours are read from CSS, so that three themes need one style.
const NAMES = [
  '--map-land', '--map-w1', '--map-w2', '--map-w3', '--map-depth', '--map-tx', '--map-halo', '--map-depth-tx', '--map-zone-speed',
  '--map-zone-nogo', '--map-zone-anchor', '--map-zone-site', '--map-gate', '--tg-vessel', '--tg-truck', '--tg-own', '--tg-edge',
  '--tg-trail', '--tg-sel', '--act', '--bg-1', '--tx-1', '--tx-3', '--lv1', '--lv2', '--lv3', '--lv4', '--on-lv1', '--on-lv2', '--on-lv3',
  '--on-lv4', '--lv1-tx', '--lv2-tx', '--lv3-tx', '--lv4-tx', '--lv1-tint', '--lv2-tint', '--lv3-tint', '--lv4-tint', '--line-2',
] as const

export type ColorName = (typeof NAMES)[number]
export type Palette = Readonly<Record<ColorName, string>>

export function readPalette(): Palette {
  const css = getComputedStyle(document.documentElement)
  return Object.fromEntries(NAMES.map((n) => [n, css.getPropertyValue(n).trim() || '#888888'])) as Palette
}

/** "#RRGGBB", or "#RGB" as a minifier shortens it, to three numbers of 0 to 1. */
export function rgb(hex: string): [number, number, number] {
  const long = hex.length === 4 ? hex.slice(1).replace(/./g, '$&$&') : hex.slice(1)
  const n = Number.parseInt(long, 16)
  return [((n >> 16) & 255) / 255, ((n >> 8) & 255) / 255, (n & 255) / 255]
}
