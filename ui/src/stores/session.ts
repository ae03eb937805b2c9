// SPDX-License-Identifier: Apache-2.0
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { call, mayCall, setContext } from '../api/client'
import type { Me, OperationId, Role, ServerInfo } from '../domain/contract.gen'
import type { Failure } from '../domain/loadable'
import { instant } from '../domain/time'
import { useClock } from './clock'

export const useSession = defineStore('session', () => {
  const clock = useClock()
  const me = shallowRef<Me>()
  const server = shallowRef<ServerInfo>()
  const ready = ref(false)
  const endedBy = ref<'logout' | 'expired'>()

  const roles = computed<readonly Role[]>(() => me.value?.roles ?? [])
  const may = (op: OperationId): boolean => mayCall(op, roles.value)

  function enter(who: Me): void {
    me.value = who
    endedBy.value = undefined
    setContext({ csrf: who.csrf })
  }

  function leave(why: 'logout' | 'expired'): void {
    if (me.value === undefined) return
    me.value = undefined
    endedBy.value = why
    setContext({ csrf: '' })
  }

  /** Who am I, and where: asked once when the page opens. */
  async function open(): Promise<void> {
    setContext({ onLoggedOut: () => leave('expired') })
    const [info, who] = await Promise.all([call('getServer', {}), call('getSession', {})])
    if (info.ok) {
      server.value = info.value
      clock.setOffset(info.value.utc_offset)
      clock.hear(instant(info.value.time))
    }
    if (who.ok) enter(who.value)
    ready.value = true
  }

  async function login(name: string, password: string): Promise<Failure | undefined> {
    const r = await call('login', { body: { login: name, password } })
    if (!r.ok) return r.failure
    enter(r.value)
    return undefined
  }

  async function logout(): Promise<void> {
    await call('logout', {})
    leave('logout')
  }

  return { me, server, ready, endedBy, roles, may, open, login, logout, leave }
})
