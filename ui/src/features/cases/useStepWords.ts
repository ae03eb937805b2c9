// SPDX-License-Identifier: Apache-2.0
// What a step will write and start, in words: "签发后：写 D15；送达期限起算".
import type { CaseDetail, Step } from '../../domain/contract.gen'
import { CLOCKS, DOCUMENTS } from '../../domain/law.gen'
import { usePair, useT } from '../../i18n'

export function useStepWords(detail: () => CaseDetail): { effect: (s: Step) => string; document: (code: string) => string } {
  const t = useT()
  const pair = usePair()
  const document = (code: string): string => {
    const d = detail().documents.find((x) => x.code === code)
    const n = DOCUMENTS[code]
    return `${code} ${d ? pair(d.title, d.title_en) : pair(n?.zh, n?.en)}`.trim()
  }
  const clock = (code: string): string => {
    const c = detail().clocks.find((x) => x.code === code)
    const n = CLOCKS[code]
    return c ? pair(c.name, c.name_en) : pair(n?.zh, n?.en) || code
  }
  return {
    document,
    effect: (s) => [
      (s.writes ?? []).length > 0 ? t('step.writes', { list: (s.writes ?? []).map(document).join(t('app.comma')) }) : '',
      (s.starts ?? []).length > 0 ? t('step.starts', { list: (s.starts ?? []).map(clock).join(t('app.comma')) }) : '',
    ].filter(Boolean).join(t('app.semicolon')),
  }
}
