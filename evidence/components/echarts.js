/** The parts of Apache ECharts that the site uses. */
import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import * as core from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

core.use([BarChart, CustomChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

/** @param {HTMLElement | null} element */
export const init = (element, options) => core.init(element, null, { renderer: 'svg', ...options });
