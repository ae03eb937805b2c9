// SPDX-License-Identifier: Apache-2.0
import type { zhRooms } from './zh.rooms'

export const enRooms: Record<keyof typeof zhRooms, string> = {
  'lost.text': 'There is no page {path}.', 'lost.back': 'To the desk',
}
