// SPDX-License-Identifier: Apache-2.0
import type { zhCases } from './zh.cases'

export const enCases: Record<keyof typeof zhCases, string> = {
  'stage.lead': 'Lead', 'stage.filing': 'Filing', 'stage.investigation': 'Investigation', 'stage.review': 'Review', 'stage.notice': 'Notice', 'stage.legal_review': 'Legal review', 'stage.decision': 'Decision', 'stage.service': 'Service', 'stage.closing': 'Closing',
  'clock.done': 'in time', 'clock.waiting': 'not started', 'clock.void': 'does not apply', 'clock.paused': 'paused', 'clock.running': 'running', 'clock.over': '{n} over', 'clock.today': 'due today, {n} left', 'clock.left': '{n} left', 'clock.to': 'to {day} 24:00', 'clock.rolled': 'to {day}, rolls to {rolled}',
  'unit.WD': '{n} working days', 'unit.CD': '{n} days', 'unit.HOUR': '{n} hours', 'unit.MON': '{n} months', 'unit.YEAR': '{n} years', 'unit.PCT': '{n}%',
}
