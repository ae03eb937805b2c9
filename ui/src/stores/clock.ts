// SPDX-License-Identifier: Apache-2.0
// The server's time, as this page knows it: ages are told by it, not by the desk's own clock.
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { offsetMs } from '../domain/time'

export const useClock = defineStore('clock', () => {
  const skew = ref(0)
  const now = ref(Date.now())
  const offset = ref(offsetMs('+08:00'))
  /** Last word from the server, in server time; undefined before the first. */
  const heard = ref<number>()

  function hear(serverMs: number): void {
    skew.value = serverMs - Date.now()
    heard.value = serverMs
    now.value = serverMs
  }

  function exactNow(): number {
    return Date.now() + skew.value
  }

  let timer: ReturnType<typeof setInterval> | undefined
  function start(): void {
    timer ??= setInterval(() => { now.value = exactNow() }, 1000)
  }

  return { now, offset, heard, hear, exactNow, start, setOffset: (text: string) => { offset.value = offsetMs(text) } }
})
