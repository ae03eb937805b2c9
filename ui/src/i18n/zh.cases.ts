// SPDX-License-Identifier: Apache-2.0
export const zhCases = {
  'stage.lead': '线索', 'stage.filing': '立案', 'stage.investigation': '调查', 'stage.review': '审核', 'stage.notice': '告知', 'stage.legal_review': '法制审核', 'stage.decision': '决定', 'stage.service': '送达、履行', 'stage.closing': '结案、归档',
  'clock.done': '按时', 'clock.waiting': '未开始', 'clock.void': '不适用', 'clock.paused': '暂停', 'clock.running': '进行中', 'clock.over': '已超 {n}', 'clock.today': '今天到期，余 {n}', 'clock.left': '余 {n}', 'clock.to': '至 {day} 24:00', 'clock.rolled': '至 {day}，顺延 {rolled}',
  'unit.WD': '{n} 个工作日', 'unit.CD': '{n} 天', 'unit.HOUR': '{n} 小时', 'unit.MON': '{n} 个月', 'unit.YEAR': '{n} 年', 'unit.PCT': '{n}%',
} as const
