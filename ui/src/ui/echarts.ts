// SPDX-License-Identifier: Apache-2.0
// The parts of ECharts that the pages use; loaded when the first chart is shown.
import { BarChart, LineChart, ScatterChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([LineChart, BarChart, ScatterChart, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, LegendComponent, AriaComponent, CanvasRenderer])

export function makeChart(el: HTMLElement): EChartsType {
  return init(el)
}
