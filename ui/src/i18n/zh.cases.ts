// SPDX-License-Identifier: Apache-2.0
export const zhCases = {
  'stage.lead': '线索', 'stage.filing': '立案', 'stage.investigation': '调查', 'stage.review': '审核', 'stage.notice': '告知', 'stage.legal_review': '法制审核', 'stage.decision': '决定', 'stage.service': '送达、履行', 'stage.closing': '结案、归档',
} as const
