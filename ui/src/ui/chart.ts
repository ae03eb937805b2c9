// SPDX-License-Identifier: Apache-2.0
import type { EChartsCoreOption } from 'echarts/core'

/** Given a reader of CSS variables, so that a theme needs no other option. */
export type ChartOption = (css: (name: string) => string) => EChartsCoreOption

export interface ChartTable {
  head: string[]
  rows: (string | number)[][]
}
