// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { cite, sumInWords } from './law'

describe('articles', () => {
  it('names a statute once and keeps the order of its articles', () => {
    expect(cite(['APL 44', 'APL 45', 'D'])).toEqual([
      { code: 'APL', zh: '行政处罚法', en: 'Administrative Penalty Law (2021)', articles: ['44', '45'] },
      { code: 'D', zh: '本系统规则', en: "a rule of this program's own", articles: [] },
    ])
  })
  it('reads codes with a hyphen, and leaves what it does not know', () => {
    expect(cite(['SPC-ALL 156'])[0]).toMatchObject({ code: 'SPC-ALL', articles: ['156'] })
    expect(cite(['XYZ 3'])[0]).toEqual({ code: 'XYZ', zh: 'XYZ', en: 'XYZ', articles: ['3'] })
  })
})

describe('sums in words', () => {
  it.each([[450_000, '肆仟伍佰元整'], [2_000_000, '贰万元整'], [1_000_500, '壹万零伍元整'], [10_010_000, '壹拾万零壹佰元整'], [20_100, '贰佰零壹元整'], [0, '零元整'], [50, '零元伍角'], [1_205, '壹拾贰元零伍分'], [100_000_000_000, '壹拾亿元整']])('%i fen', (fen, words) => {
    expect(sumInWords(fen)).toBe(words)
  })
})
