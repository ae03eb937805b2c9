// SPDX-License-Identifier: Apache-2.0
// The draft of a decision with what each sentence rests on; one number differs on purpose.
const span = (text, anchor) => (anchor === undefined ? { text } : { text, anchor })
const yuan = (fen) => (fen / 100).toLocaleString('en')

export function decisionText(c, doc, money) {
  const road = c.item.startsWith('HW')
  const fine = money?.suggested_fen ?? 0
  const draft = !c.events.some((e) => e.event === 'decide')
  return {
    id: doc, title: '行政处罚决定书', issuer: c.header.case.agency, no: draft ? `佛交水罚〔2026〕____号` : `佛交水罚〔2026〕${c.no.slice(5)} 号`, dated: draft ? '2026 年　月　日' : c.events.at(-1).at.slice(0, 10), draft,
    paragraphs: [
      { spans: [span('当事人：'), span(c.party, 1), span('，统一社会信用代码 91440606MA4X21681A。')] },
      { spans: [span('经查明，'), span(c.header.case.act.start, 2), span('，当事人所属'), ...(road ? [span('货车在 G325 线 K12 处行驶', 3), span('，经不停车称重，'), span('车货总质量 63,900 千克，超过限值 14,400 千克', 4)] : [span('船舶在西海大桥桥区航行', 3), span('，'), span('航速 12.4 节，超过限值 4.4 节', 4)]), span('。上述事实有'), span('称重数据、照片、询问笔录', 5), span('等证据证实。')] },
      { spans: [span('本机关已送达《违法行为通知书》，'), span('当事人提出陈述、申辩，称设备有误差、已主动卸载', 6), span('。经复核，设备在检定有效期内，该意见不予采纳；主动卸载属实，予以采纳。')] },
      { spans: [span('当事人的行为违反'), span(road ? '《公路安全保护条例》第三十三条，依据该条例第六十四条' : '《内河交通安全管理条例》第十五条，依据该条例第八十一条', 7), span('，决定处以'), span(`罚款人民币 ${yuan(fine)} 元`, 8), span('。')] },
      { spans: [span('当事人应自收到本决定书之日起十五日内缴纳罚款。逾期不缴纳的，每日按罚款数额的百分之三加处罚款，加处罚款不超过罚款数额。')] },
      { spans: [span('如不服本决定，可自收到之日起六十日内申请行政复议，或者六个月内向人民法院提起行政诉讼。')] },
    ],
    anchors: [
      { n: 1, title: '当事人', ok: true, evidence: ['E1'], rows: [{ what: '名称', draft: c.party, evidence: c.party, ok: true }] },
      { n: 2, title: '时间', ok: true, evidence: ['E1'], rows: [{ what: '日期', draft: c.header.case.act.start, evidence: c.header.case.act.start, ok: true }] },
      { n: 3, title: '地点', ok: true, evidence: ['E1', 'E2'] },
      road
        ? { n: 4, title: '总质量与超限量', ok: false, note: '63,400 − 49,000 = 14,400 千克（证据 E1 称重数据）。草稿的总质量写成 63,900；档次不变，但事实须写准。', evidence: ['E1', 'E2'], rows: [{ what: '总质量', draft: '63,900 kg', evidence: '63,400 kg', ok: false }, { what: '限值', draft: '49,000 kg', evidence: '49,000 kg', ok: true }, { what: '超限量', draft: '14,400 kg', evidence: '14,400 kg', ok: true }] }
        : { n: 4, title: '航速', ok: true, evidence: ['E1', 'E3'], rows: [{ what: '航速', draft: '12.4 kn', evidence: '12.4 kn', ok: true }, { what: '限速', draft: '8.0 kn', evidence: '8.0 kn', ok: true }] },
      { n: 5, title: '证据清单', ok: true, evidence: ['E1', 'E2', 'E3'] },
      { n: 6, title: '陈述申辩', ok: true, evidence: ['E4'] },
      { n: 7, title: '法律依据', ok: true, note: '行为时与决定时条文相同', evidence: [] },
      { n: 8, title: '罚款金额', ok: true, note: money?.explain ?? '', evidence: [], rows: [{ what: '罚款', draft: `${yuan(fine)} 元`, evidence: `${yuan(fine)} 元`, ok: true }] },
    ],
  }
}
