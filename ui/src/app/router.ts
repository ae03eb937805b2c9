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
  { path: '/desk/analysis', component: () => import('../features/analysis/AnalysisPage.vue'), meta: { room: 'desk' } },
  { path: '/desk/:mode(patrol|alerts|gates|guard|track)', component: () => import('../features/desk/DeskPage.vue'), meta: { room: 'desk' }, props: true },
  { path: '/alerts/:id', component: () => import('../features/alert/AlertPage.vue'), meta: { room: 'desk' }, props: true },
  { path: '/targets/:key', component: () => import('../features/target/TargetPage.vue'), meta: { room: 'desk' }, props: (r) => ({ targetKey: r.params['key'] }) },
  { path: '/cases', component: () => import('../features/cases/CasesPage.vue'), meta: { room: 'cases', op: 'listCases' } },
  { path: '/cases/new', component: () => import('../features/cases/NewCasePage.vue'), meta: { room: 'cases', op: 'openCase' } },
  { path: '/cases/:no/review', component: () => import('../features/review/ReviewPage.vue'), meta: { room: 'cases', op: 'getDocumentText' }, props: true },
  { path: '/cases/:no/record', component: () => import('../features/review/RecordPage.vue'), meta: { room: 'cases', op: 'listReviews' }, props: true },
  { path: '/cases/:no/evidence/:e', component: () => import('../features/evidence/CaseEvidencePage.vue'), meta: { room: 'cases', op: 'getCase' }, props: true },
  { path: '/review', component: () => import('../features/review/ReviewQueuePage.vue'), meta: { room: 'cases', op: 'listCases' } },
  { path: '/review/records', component: () => import('../features/review/RecordsPage.vue'), meta: { room: 'cases', op: 'listReviews' } },
  { path: '/approve', component: () => import('../features/review/ApprovePage.vue'), meta: { room: 'cases', op: 'listCases' } },
  { path: '/parties', component: () => import('../features/parties/PartiesPage.vue'), meta: { room: 'cases', op: 'listParties' } },
  { path: '/parties/:id', component: () => import('../features/parties/PartyPage.vue'), meta: { room: 'cases', op: 'getParty' }, props: true },
  { path: '/alerts/:id/evidence', component: () => import('../features/evidence/AlertEvidencePage.vue'), meta: { room: 'desk', op: 'getEvidence' }, props: true },
  { path: '/cases/:no', component: () => import('../features/cases/CasePage.vue'), meta: { room: 'cases', op: 'getCase' }, props: true },
  { path: '/field', component: () => import('../features/field/FieldPage.vue'), meta: { room: 'field' } },
  { path: '/watch', component: () => import('../features/analysis/AnalysisPage.vue'), meta: { room: 'watch' }, props: { supervision: true } },
  { path: '/public', component: () => import('../features/verify/VerifyPage.vue'), meta: { room: 'public', open: true } },
  { path: '/verify/:doc', component: () => import('../features/verify/VerifyPage.vue'), meta: { room: 'public', open: true }, props: true },
  { path: '/admin', redirect: '/admin/sources' },
  { path: '/admin/start', component: () => import('../features/start/StartPage.vue'), meta: { room: 'admin', op: 'getStart' } },
  { path: '/admin/sources', component: () => import('../features/sources/SourcesPage.vue'), meta: { room: 'admin' } },
  { path: '/admin/packs', component: () => import('../features/packs/PacksPage.vue'), meta: { room: 'admin' } },
  { path: '/admin/users', component: () => import('../features/users/UsersPage.vue'), meta: { room: 'admin', op: 'listUsers' } },
  { path: '/admin/audit', component: () => import('../features/audit/AuditPage.vue'), meta: { room: 'admin', op: 'listAudit' } },
  { path: '/:rest(.*)*', component: () => import('../features/lost/LostPage.vue'), meta: { open: true } },
]

export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach(async (to) => {
  const session = useSession()
  if (!session.ready) await session.open()
  if (to.meta.open === true || session.me) return true
  return { path: '/login', query: { to: to.fullPath } }
})
