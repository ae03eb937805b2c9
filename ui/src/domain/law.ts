// SPDX-License-Identifier: Apache-2.0
// Articles as the engine names them ("APL 45", "D") for people: one statute once, its articles in order.
import { STATUTES } from './law.gen'

export interface Cited {
  code: string
  zh: string
  en: string
  /** Without it the whole statute is meant, or a rule of this program's own. */
  articles: string[]
}

/** ["APL 44", "APL 45", "D"] -> APL with 44 and 45, then D. Unknown statutes keep their code as the name. */
export function cite(basis: readonly string[]): Cited[] {
  const by = new Map<string, Cited>()
  for (const b of basis) {
    const cut = b.lastIndexOf(' ')
    const [code, article] = cut > 0 && /\d/.test(b.slice(cut)) ? [b.slice(0, cut), b.slice(cut + 1)] : [b, '']
    const name = STATUTES[code]
    const row = by.get(code) ?? { code, zh: name?.zh ?? code, en: name?.en ?? code, articles: [] }
    if (article !== '' && !row.articles.includes(article)) row.articles.push(article)
    by.set(code, row)
  }
  return [...by.values()]
}

const DIGIT = '零壹贰叁肆伍陆柒捌玖'
const PLACE = ['', '拾', '佰', '仟']

function four(n: number): string {
  let out = ''
  let gap = false
  for (let i = 3; i >= 0; i--) {
    const d = Math.floor(n / 10 ** i) % 10
    if (d === 0) gap = out !== ''
    else {
      out += (gap ? '零' : '') + (DIGIT[d] ?? '') + (PLACE[i] ?? '')
      gap = false
    }
  }
  return out
}

/** A sum as instruments write it: 450000 fen -> 肆仟伍佰元整. */
export function sumInWords(fen: number): string {
  const yuan = Math.trunc(fen / 100)
  const parts: string[] = []
  for (const [size, word] of [[100_000_000, '亿'], [10_000, '万'], [1, '']] as const) {
    const n = Math.floor(yuan / size) % 10_000
    if (n > 0) parts.push((parts.length > 0 && n < 1000 ? '零' : '') + four(n) + word)
  }
  const jiao = Math.floor(fen / 10) % 10
  const cent = fen % 10
  const tail = jiao === 0 && cent === 0 ? '整' : (jiao > 0 ? `${DIGIT[jiao] ?? ''}角` : '零') + (cent > 0 ? `${DIGIT[cent] ?? ''}分` : '')
  return `${parts.length > 0 ? parts.join('') : '零'}元${tail}`
}
