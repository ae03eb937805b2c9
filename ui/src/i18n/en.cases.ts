// SPDX-License-Identifier: Apache-2.0
import type { zhCases } from './zh.cases'

export const enCases: Record<keyof typeof zhCases, string> = {
  'stage.lead': 'Lead', 'stage.filing': 'Filing', 'stage.investigation': 'Investigation', 'stage.review': 'Review', 'stage.notice': 'Notice', 'stage.legal_review': 'Legal review', 'stage.decision': 'Decision', 'stage.service': 'Service', 'stage.closing': 'Closing',
}
