// SPDX-License-Identifier: Apache-2.0
// Rooms and pages. `op` names the operation a page cannot live without: who may not call it is told so, not sent away.
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import type { OperationId } from '../domain/contract.gen'
import { useSession } from '../stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    room?: Room
    open?: boolean
    op?: OperationId
  }
}

export type Room = 'desk' | 'cases' | 'field' | 'public' | 'watch' | 'admin'

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/desk/alerts' },
  { path: '/login', component: () => import('../features/login/LoginPage.vue'), meta: { open: true } },
  { path: '/desk', redirect: '/desk/alerts' },
  { path: '/desk/:mode(patrol|alerts|gates|guard|track)', component: () => import('../features/desk/DeskPage.vue'), meta: { room: 'desk' }, props: true },
  { path: '/admin', redirect: '/admin/sources' },
  { path: '/:rest(.*)*', component: () => import('../features/lost/LostPage.vue'), meta: { open: true } },
]

export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach(async (to) => {
  const session = useSession()
  if (!session.ready) await session.open()
  if (to.meta.open === true || session.me) return true
  return { path: '/login', query: { to: to.fullPath } }
})
