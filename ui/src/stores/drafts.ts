// SPDX-License-Identifier: Apache-2.0
// Unfinished forms on this device. Written before anything is sent, so that a lost line, a crash or a log-out loses nothing.
import { defineStore } from 'pinia'
import type { Values } from '../domain/cases'
import { useSession } from './session'

export interface LocalDraft {
  data: Values
  /** As the form opened: the third side of a merge. */
  opened: Values
  version: number
  at: number
}

export const useDrafts = defineStore('drafts', () => {
  const session = useSession()
  const name = (no: string, event: string): string => `xiezhi.draft.${session.me?.id ?? ''}.${no}.${event}`

  function read(no: string, event: string): LocalDraft | undefined {
    try {
      const text = localStorage.getItem(name(no, event))
      return text === null ? undefined : (JSON.parse(text) as LocalDraft)
    } catch {
      return undefined
    }
  }

  /** False when the device has no room: the page says so. */
  function write(no: string, event: string, draft: LocalDraft): boolean {
    try {
      localStorage.setItem(name(no, event), JSON.stringify(draft))
      return true
    } catch {
      return false
    }
  }

  function drop(no: string, event: string): void {
    localStorage.removeItem(name(no, event))
  }

  return { read, write, drop }
})
