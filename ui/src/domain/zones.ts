// SPDX-License-Identifier: Apache-2.0
// What a zone looks like on the map, from the name that its pack gave the layer. Packs name layers as they like; the
// words of the field say which of the few looks fits, and what none fits is drawn plainly.
const LOOKS = [
  ['nogo', /no_?go|closed|no_dumping/],
  ['ferry', /ferry/],
  ['gate', /gate|^lines?$/],
  ['anchor', /anchor/],
  ['speed', /speed|bridge|^cut$/],
  ['site', /site|route|restricted/],
  ['water', /^channels?$|^water$/],
] as const
export type ZoneLook = (typeof LOOKS)[number][0] | 'plain'

export function zoneLook(layer: string | undefined): ZoneLook {
  return LOOKS.find(([, words]) => layer !== undefined && words.test(layer))?.[0] ?? 'plain'
}
