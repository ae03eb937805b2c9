// SPDX-License-Identifier: Apache-2.0
// Files that lie beside the page: the base map, made at build time by script/gen-land.mjs and trusted like code.
export async function readStatic<T>(path: string): Promise<T> {
  const r = await fetch(path, { credentials: 'same-origin' })
  if (!r.ok) throw new Error(`${path}: ${r.status}`)
  return (await r.json()) as T
}
