// SPDX-License-Identifier: Apache-2.0
// Forms of the mock's steps: keys and types from packs/cn-core/law/events.yaml, words for those that people fill in.
import { EVENTS } from './law.mjs'

const WORDS = {
  source: ['线索来源', 'Source of the lead'], discovered_at: ['发现日期', 'Found on'], facts: ['主要事实', 'Facts'], basis: ['依据', 'Basis'], officers: ['承办人员', 'Officers'], signed: ['签署', 'Signed by'],
  certificates_shown: ['已出示执法证件', 'Certificates were shown'], docs: ['制作的文书', 'Records made'], evidence: ['取得的证据', 'Evidence'], report: ['调查报告', 'Report'], elements_complete: ['事实要素齐全', 'Elements of the fact complete'],
  kinds: ['处罚种类', 'Kinds of penalty'], fine_fen: ['罚款金额', 'Fine'], discretion: ['裁量说明', 'Discretion'], doc: ['文书', 'Document'], method: ['送达方式', 'Way of service'], receipt: ['送达回证', 'Receipt'], signed_by: ['签收人', 'Received by'], told: ['告知内容', 'What was told'],
  defence_days: ['陈述申辩期（工作日）', 'Days to state and defend'], arrival: ['送达日期', 'Served on'], points: ['意见要点', 'Points'], answers: ['逐项答复', 'Answers'], facts_changed: ['事实有变化', 'Facts changed'], checklist: ['逐项审核', 'Checklist'], minutes: ['已有讨论记录', 'Minutes kept'], opinions: ['发表意见人数', 'Opinions'], votes: ['表决人数', 'Votes'],
  seal: ['已盖章', 'Sealed'], surcharge_notice: ['已载明加处罚款', 'Surcharge stated'], remedies: ['已载明救济途径', 'Remedies stated'], order_to_correct: ['责令改正', 'Order to correct'], fen: ['缴款金额', 'Sum paid'], paid_fen: ['已缴罚款', 'Fine paid'], surcharge_fen: ['加处罚款', 'Surcharge'], nonmonetary_done: ['其他义务已履行', 'Other duties done'], bank_value_time: ['入账时间', 'Value time'],
  contents: ['目录齐全', 'Contents'], pages: ['已编页', 'Pages numbered'], cover: ['已有封面', 'Cover'], hash: ['散列已核', 'Hash checked'], reason: ['理由', 'Reason'], reasons: ['理由', 'Reasons'], back_to: ['退回到', 'Back to'], ticks: ['四项审核', 'Four questions'], second_signature: ['第二签署人', 'Second signature'], waived: ['当事人放弃', 'Waived'], to: ['移送机关', 'Sent to'], education: ['教育措施', 'Education'], guardian_order: ['责令监护人管教', 'Guardian ordered'],
  time: ['已告知时间', 'Time told'], place: ['已告知地点', 'Place told'], fact: ['已告知事实', 'Facts told'], how_to_object: ['已告知异议途径', 'How to object told'], true: ['异议成立', 'Objection holds'], day: ['公开日期', 'Published on'],
}
const LONG = new Set(['facts', 'discretion', 'reason', 'reasons', 'points', 'education'])
const NEVER = new Set(['waived', 'new_facts', 'correctable', 'party', 'law_version', 'norm', 'leniency', 'gains_fen', 'waiver_signed_by', 'waiver_doc', 'fields_complete', 'guardian_order', 'new_fact', 'unlawful_after'])
const KIND = [{ id: 'WARNING', name: '警告', name_en: 'Warning' }, { id: 'CRITICISM', name: '通报批评', name_en: 'Criticism' }, { id: 'FINE', name: '罚款', name_en: 'Fine' }]
const SOURCE = [['sensor', '监测设备', 'Sensor'], ['inspection', '日常检查', 'Inspection'], ['report', '投诉举报', 'Report'], ['transfer', '其他机关移送', 'Transfer']].map(([id, name, name_en]) => ({ id, name, name_en }))

function typeOf(key, said, value) {
  if (key === 'kinds') return { type: 'choices', choices: KIND }
  if (key === 'source') return { type: 'choice', choices: SOURCE }
  if (key === 'back_to') return { type: 'choice', choices: [{ id: 'S20', name: '补充调查', name_en: 'Investigate further' }, { id: 'S35', name: '重新审查报告', name_en: 'Look at the report again' }] }
  if (/(^|_)fen$/.test(key)) return { type: 'fen' }
  if (/^bool/.test(said)) return { type: 'bool' }
  if (/^int/.test(said)) return { type: 'int' }
  if (/^date/.test(said)) return { type: 'date' }
  if (/^time/.test(said)) return { type: 'time' }
  if (typeof value === 'object' && value !== null && !(Array.isArray(value) && value.every((x) => typeof x === 'string'))) return { type: 'json' }
  return { type: LONG.has(key) ? 'long' : 'text' }
}

/** The fields of an event, filled with what the script says; texts in lists stand one a line. */
export function fieldsOf(event, data, needed) {
  const keys = EVENTS.get(event)?.keys ?? EVENTS.get(event.replace(/\(.*/, ''))?.keys ?? {}
  return Object.entries(keys).filter(([k]) => !NEVER.has(k) || data[k] !== undefined).map(([key, said]) => {
    const value = data[key]
    const list = Array.isArray(value) && value.every((x) => typeof x === 'string') && key !== 'kinds'
    return {
      key, label: WORDS[key]?.[0] ?? key, label_en: WORDS[key]?.[1] ?? key, required: needed ? value !== undefined : /^reasons?$/.test(key), ...typeOf(key, String(said), value),
      ...(value === undefined || value === null ? {} : { value: list ? value.join('、') : value }),
    }
  })
}
