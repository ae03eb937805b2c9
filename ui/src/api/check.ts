// SPDX-License-Identifier: Apache-2.0
// Answers are checked once, here, against the contract; inside the page types are trusted.
import { schemas } from './schema.gen'

export interface Shape {
  ref?: string
  any?: Shape[]
  enum?: readonly (string | number)[]
  items?: Shape
  need?: string[]
  props?: Record<string, Shape>
  t?: string
}

export interface OperationRow {
  method: string
  path: string
  roles: readonly string[]
  key?: boolean
  media?: string
  result?: Shape
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** Where value breaks shape, or undefined. Members the contract does not know are allowed: servers may be newer. */
export function misfit(value: unknown, shape: Shape, at = ''): string | undefined {
  if (shape.ref !== undefined) {
    const named = schemas[shape.ref]
    return named ? misfit(value, named, at) : `${at}: unknown schema ${shape.ref}`
  }
  if (shape.any) return shape.any.some((s) => misfit(value, s, at) === undefined) ? undefined : `${at}: fits no variant`
  if (shape.enum) return shape.enum.includes(value as string | number) ? undefined : `${at}: ${JSON.stringify(value)} is not one of ${shape.enum.join(', ')}`
  if (shape.items) return arrayMisfit(value, shape.items, at)
  if (shape.props) return objectMisfit(value, shape, at)
  return scalarMisfit(value, shape.t, at)
}

function arrayMisfit(value: unknown, items: Shape, at: string): string | undefined {
  if (!Array.isArray(value)) return `${at}: not an array`
  for (let i = 0; i < value.length; i++) {
    const bad = misfit(value[i], items, `${at}[${i}]`)
    if (bad !== undefined) return bad
  }
  return undefined
}

function objectMisfit(value: unknown, shape: Shape, at: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at}: not an object`
  const members = value as Record<string, unknown>
  for (const k of shape.need ?? []) if (members[k] === undefined) return `${at}.${k}: missing`
  for (const [k, s] of Object.entries(shape.props ?? {})) {
    if (members[k] === undefined) continue
    const bad = misfit(members[k], s, `${at}.${k}`)
    if (bad !== undefined) return bad
  }
  return undefined
}

function scalarMisfit(value: unknown, t: string | undefined, at: string): string | undefined {
  const fits = t === undefined
    || (t === 'string' && typeof value === 'string')
    || (t === 'time' && typeof value === 'string' && TIME.test(value))
    || (t === 'integer' && Number.isInteger(value))
    || (t === 'number' && typeof value === 'number' && Number.isFinite(value))
    || (t === 'boolean' && typeof value === 'boolean')
    || (t === 'object' && typeof value === 'object' && value !== null)
  return fits ? undefined : `${at}: ${JSON.stringify(value).slice(0, 60)} is not ${t}`
}
