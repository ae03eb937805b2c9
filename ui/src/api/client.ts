// SPDX-License-Identifier: Apache-2.0
// The only place that asks the server. Every answer is a value or a failure that can be shown; nothing throws.
import type { OperationId, Operations } from '../domain/contract.gen'
import { serverErrors, type ServerErrorCode } from '../domain/errors.gen'
import type { Failure, Outcome } from '../domain/loadable'
import { misfit } from './check'
import { operations, schemas } from './schema.gen'

// A group without members needs no argument, one whose members are all optional may be left out.
type Part<N extends string, T> = keyof T extends never ? unknown : Partial<T> extends T ? { [K in N]?: T } : { [K in N]: T }

export type Args<O extends OperationId> = Part<'path', Operations[O]['path']> & Part<'query', Operations[O]['query']>
  & Part<'body', Operations[O]['body']> & { key?: string; signal?: AbortSignal }

interface Context {
  csrf: string
  language: 'zh' | 'en'
  onLoggedOut: () => void
}

const context: Context = { csrf: '', language: 'zh', onLoggedOut: () => undefined }

export function setContext(part: Partial<Context>): void {
  Object.assign(context, part)
}

/** Made when a form opens and sent with every try of it, so that it happens once. */
export function newKey(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  return [...b].map((x) => x.toString(16).padStart(2, '0')).join('')
}

export function pathOf(op: OperationId, path: Record<string, string> = {}, query: Record<string, string | number | boolean | undefined> = {}): string {
  const filled = operations[op].path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
  const q = new URLSearchParams()
  for (const [k, v] of Object.entries(query)) {
    if (v === undefined || v === '') continue
    q.set(k, String(v))
  }
  const text = q.toString()
  return text === '' ? filled : `${filled}?${text}`
}

export function headers(op: OperationId, key: string | undefined, hasBody: boolean): Record<string, string> {
  const row = operations[op]
  const h: Record<string, string> = { 'Accept-Language': context.language }
  if (hasBody) h['Content-Type'] = 'application/json'
  if (row.method !== 'GET' && context.csrf !== '') h['X-CSRF-Token'] = context.csrf
  if (row.key === true) h['Idempotency-Key'] = key ?? newKey()
  return h
}

/** code: network when nothing came back; contract when what came back is not what openapi.yaml says. */
export async function call<O extends OperationId>(op: O, args: Args<O>): Promise<Outcome<Operations[O]['result']>> {
  const row = operations[op]
  const a = args as { path?: Record<string, string>; query?: Record<string, string | number | boolean | undefined>; body?: unknown; key?: string; signal?: AbortSignal }
  let response: Response
  try {
    response = await fetch(pathOf(op, a.path, a.query), {
      method: row.method, credentials: 'same-origin', headers: headers(op, a.key, a.body !== undefined),
      ...(a.body === undefined ? {} : { body: JSON.stringify(a.body) }), ...(a.signal ? { signal: a.signal } : {}),
    })
  } catch (e) {
    const code = e instanceof DOMException && e.name === 'AbortError' ? 'aborted' : 'network'
    return { ok: false, failure: { code, message: '', status: 0 } }
  }
  if (!response.ok) return { ok: false, failure: await failure(response, op) }
  if (response.status === 204) return { ok: true, value: undefined as Operations[O]['result'] }
  if (row.media !== undefined) return { ok: true, value: (await response.blob()) }
  return body(response, op)
}

async function body<O extends OperationId>(response: Response, op: O): Promise<Outcome<Operations[O]['result']>> {
  let value: unknown
  try {
    value = await response.json()
  } catch {
    return contract(`${op}: not JSON`, response.status)
  }
  const shape = operations[op].result
  const bad = shape ? misfit(value, shape, op) : undefined
  return bad === undefined ? { ok: true, value: value as Operations[O]['result'] } : contract(bad, response.status)
}

function contract(detail: string, status: number): { ok: false; failure: Failure } {
  return { ok: false, failure: { code: 'contract', message: '', detail, status } }
}

async function failure(response: Response, op: OperationId): Promise<Failure> {
  let value: unknown
  try {
    value = await response.json()
  } catch {
    value = undefined
  }
  if (response.status === 401 && op !== 'login' && op !== 'getSession') context.onLoggedOut()
  if (misfit(value, schemas['ErrorBody'] ?? {}, op) !== undefined) return { code: 'internal', message: fallback('internal'), status: response.status }
  const e = value as Omit<Failure, 'status'>
  return { ...e, message: e.message === '' ? fallback(e.code) : e.message, status: response.status }
}

export function fallback(code: string): string {
  const row = code in serverErrors ? serverErrors[code as ServerErrorCode] : serverErrors.internal
  return context.language === 'zh' ? row.zh : row.en
}

export function mayCall(op: OperationId, roles: readonly string[]): boolean {
  const may = operations[op].roles
  return may.includes('any') || may.includes('public') || may.some((r) => roles.includes(r))
}
