// SPDX-License-Identifier: Apache-2.0
// The desk's state in the address, both ways. Panning and scrubbing replace the entry at most twice a second; a choice or
// a filter makes a new one, so that Back undoes it.
import { onBeforeUnmount, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { parseUrl, printUrl, TABLE, type UrlState } from '../../domain/urlstate'
import { useAlerts } from '../../stores/alerts'
import { useView } from '../../stores/view'

export function useUrl(): { bad: { value: string[] } } {
  const route = useRoute()
  const router = useRouter()
  const view = useView()
  const alerts = useAlerts()
  const bad = ref<string[]>([])
  const path = route.path

  function state(): UrlState {
    return {
      v: view.map, t: view.t, w: view.width, sel: view.selection, ly: TABLE.ly.default, q: alerts.filter.text,
      f: { levels: alerts.filter.levels, scope: alerts.filter.scope }, tab: '', cmp: '',
    }
  }

  function take(): void {
    const { state: s, bad: wrong } = parseUrl(route.query)
    bad.value = wrong
    if (s.v) view.map = s.v
    view.width = s.w
    if (printUrl(s)['sel'] !== printUrl(state())['sel']) view.selection = s.sel
    if (s.t !== undefined && s.t !== view.t) view.go(s.t)
    const f = alerts.filter
    if (TABLE.f.print(s.f) !== TABLE.f.print({ levels: f.levels, scope: f.scope }) || s.q !== f.text) alerts.setFilter({ ...f, ...s.f, text: s.q })
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  function write(push: boolean): void {
    if (leaving || route.path !== path) return
    const query = printUrl(state())
    void (push ? router.push({ path, query }) : router.replace({ path, query }))
  }

  // A way out that is still loading its page must not be cut off by the map's own writing.
  let leaving = false
  const guards = [router.beforeEach((to) => { leaving = to.path !== path }), router.afterEach(() => { leaving = false })]

  take()
  watch(() => [view.map, view.t, view.width], () => {
    clearTimeout(timer)
    timer = setTimeout(() => write(false), 500)
  })
  watch(() => [view.selection, alerts.filter], () => {
    const now = JSON.stringify(printUrl(state()))
    if (now !== JSON.stringify(route.query)) write(true)
  })
  // Back and Forward.
  watch(() => route.query, () => {
    if (route.path === path && JSON.stringify(printUrl(state())) !== JSON.stringify(route.query)) take()
  })
  onBeforeUnmount(() => {
    clearTimeout(timer)
    for (const end of guards) end()
  })
  return { bad }
}
