// SPDX-License-Identifier: Apache-2.0
export interface Choice {
  value: string
  label: string
}
