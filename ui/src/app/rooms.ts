// SPDX-License-Identifier: Apache-2.0
import type { IconName } from '../ui/icons'
import type { Room } from './router'

export const ROOMS: readonly { room: Room; to: string; icon: IconName }[] = [
  { room: 'desk', to: '/desk/alerts', icon: 'alert' },
  { room: 'cases', to: '/cases', icon: 'doc' },
  { room: 'field', to: '/field', icon: 'place' },
  { room: 'public', to: '/public', icon: 'people' },
  { room: 'watch', to: '/watch', icon: 'flag' },
  { room: 'admin', to: '/admin/sources', icon: 'gear' },
]
