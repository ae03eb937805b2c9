// SPDX-License-Identifier: Apache-2.0
// Shapes of the four levels on a 20 grid; the sharper, the more urgent. Also drawn on the map.
import type { Level } from '../domain/alerts'

export const LEVEL_PATH: Record<Level, string> = {
  1: 'M10 1.6 18.9 17.5H1.1z',
  2: 'M10 .9 19.1 10 10 19.1 .9 10z',
  3: 'M3.5 2h13A1.5 1.5 0 0 1 18 3.5v13a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 2 16.5v-13A1.5 1.5 0 0 1 3.5 2z',
  4: 'M10 1.5a8.500 8.500 0 1 1 0 17 8.500 8.500 0 0 1 0-17z',
}

export const LEVEL_TEXT_Y: Record<Level, number> = { 1: 15.4, 2: 13.9, 3: 13.9, 4: 13.9 }
