// SPDX-License-Identifier: Apache-2.0
import type { Key } from '../i18n'

const KEYS: Record<string, Key> = {
  checksum: 'reject.checksum', truncated: 'reject.truncated', malformed: 'reject.malformed', unknown: 'reject.unknown', range: 'reject.range', limit: 'reject.limit',
  missing: 'reject.missing', duplicate: 'reject.duplicate', refused: 'reject.refused',
}

/** Words for a decoder's reason code; undefined for one this page does not know. */
export function reasonKey(code: string): Key | undefined {
  return KEYS[code]
}
