// SPDX-License-Identifier: Apache-2.0
import type { Role } from './contract.gen'

export const ROLES: readonly Role[] = [
  'duty', 'officer', 'unit_head', 'leader', 'reviewer', 'hearing_host', 'archivist', 'supervisor', 'sysadmin', 'secadmin', 'auditor',
]

/** The three administrators, none of whom may act in a case. */
const ADMINS: readonly Role[] = ['sysadmin', 'secadmin', 'auditor']

export function mayWorkCases(roles: readonly Role[]): boolean {
  return roles.some((r) => r !== 'duty' && !ADMINS.includes(r))
}
