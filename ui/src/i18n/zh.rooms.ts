// SPDX-License-Identifier: Apache-2.0
export const zhRooms = {
  'lost.text': '没有 {path} 这一页。', 'lost.back': '回到指挥台',
} as const
