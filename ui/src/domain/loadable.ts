// SPDX-License-Identifier: Apache-2.0
// Something that is on its way, there, or failed for a reason that can be told.
import type { ErrorBody } from './contract.gen'

export type FailureCode = 'network' | 'contract' | (string & {})

export interface Failure {
  code: FailureCode
  message: string
  detail?: string
  hint?: string
  field?: string
  ref?: string
  status: number
  unmet?: ErrorBody['unmet']
  current?: ErrorBody['current']
  /** What others did since the version that was sent. */
  changed?: ErrorBody['changed']
}

export type Loadable<T> =
  | { kind: 'loading' }
  | { kind: 'ready'; value: T }
  | { kind: 'failed'; failure: Failure }

export const LOADING: Loadable<never> = { kind: 'loading' }

export function ready<T>(value: T): Loadable<T> {
  return { kind: 'ready', value }
}

export function failed(failure: Failure): Loadable<never> {
  return { kind: 'failed', failure }
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure }
