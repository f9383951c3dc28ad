/**
 * Options of Apache ECharts for the pictures of the site, as functions of the width in pixels.
 *
 * Colours are variables of the page's style, so that one drawing serves light, dark and paper.
 */
import { capital } from './format.js';

const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif';
const TEXT = { fontFamily: FONT, fontSize: 13, color: 'var(--ink-soft)' };
/** Below this width a picture is for a telephone. */
const NARROW = 480;

export const COLOURS = {
	realised: 'var(--blue)',
	expected: 'var(--ink-soft)',
	quantity: 'var(--blue)',
	price: 'var(--orange)',
	other: 'var(--grey)',
	brackets: ['var(--blue-light)', 'var(--blue-middle)', 'var(--blue-dark)'],
	series: ['var(--blue-dark)', 'var(--blue)', 'var(--blue-light)', 'var(--orange)', 'var(--orange-light)', 'var(--grey)'],
	total: 'var(--grey)',
	up: 'var(--orange)',
	down: 'var(--blue)'
};

const base = {
	animation: false,
	textStyle: TEXT,
	tooltip: {
		trigger: 'axis',
		confine: true,
		backgroundColor: 'var(--surface)',
		borderColor: 'var(--rule)',
		textStyle: { ...TEXT, color: 'var(--ink)' }
	},
	legend: { top: 0, left: 0, itemGap: 16, icon: 'rect', itemWidth: 14, itemHeight: 10, textStyle: TEXT }
};

/** Room for the legend, which wraps on a narrow screen. */
const room = (names, width) => {
	let rows = 1;
	let used = 0;
	for (const name of names) {
		used += 40 + name.length * 7.2;
		if (used > width) {
			rows += 1;
			used = 40 + name.length * 7.2;
		}
	}
	return 18 + rows * 24;
};

const grid = (more) => ({ left: 4, right: 12, top: 40, bottom: 4, containLabel: true, ...more });

// the marks of an axis are round: 500, not 500,0
const valueAxis = (format, more) => ({
	type: 'value',
	axisLabel: { ...TEXT, formatter: (value) => format(value).replace(/,0+(?!\d)/, '') },
	splitLine: { lineStyle: { color: 'var(--rule)' } },
	...more
});

const categoryAxis = (categories, more) => ({
	type: 'category',
	data: categories,
	axisLabel: { ...TEXT, hideOverlap: true },
	axisLine: { lineStyle: { color: 'var(--ink-soft)' } },
	axisTick: { show: false },
	...more
});

const still = { emphasis: { disabled: true } };

/**
 * @param {{categories: string[], series: {name: string, values: (number | null)[], colour: string, dashed?: boolean}[],
 *   format: (value: number) => string, fromZero?: boolean}} figures
 */
export const lines =
	({ categories, series, format, fromZero = false }) =>
	(width) => ({
		...base,
		// half of the last label stands beyond the last point
		grid: grid({ top: room(series.map(({ name }) => name), width), right: 32 }),
		xAxis: categoryAxis(categories, { boundaryGap: false }),
		yAxis: valueAxis(format, { scale: !fromZero }),
		tooltip: { ...base.tooltip, valueFormatter: format },
		series: series.map(({ name, values, colour, dashed }) => ({
			...still,
			name,
			type: 'line',
			data: values,
			symbol: dashed ? 'emptyCircle' : 'circle',
			symbolSize: values.length > 14 ? 4 : 7,
			color: colour,
			itemStyle: { color: colour },
			lineStyle: { color: colour, width: 2.5, type: dashed ? 'dashed' : 'solid' }
		}))
	});

/**
 * Bars on top of each other, or beside each other; with a line of steps or marks for what they are held against.
 * @param {{categories: string[], series: {name: string, values: (number | null)[], colour: string, as?: 'steps' | 'marks'}[],
 *   format: (value: number) => string, stacked?: boolean}} figures
 */
export const bars =
	({ categories, series, format, stacked = true }) =>
	(width) => ({
		...base,
		grid: grid({ top: room(series.map(({ name }) => name), width) }),
		xAxis: categoryAxis(categories, { axisLine: { onZero: true, lineStyle: { color: 'var(--ink-soft)' } } }),
		yAxis: valueAxis(format),
		tooltip: { ...base.tooltip, valueFormatter: format },
		series: series.map(({ name, values, colour, as }) => ({
			...still,
			name,
			data: values,
			color: colour,
			itemStyle: { color: colour },
			...(as
				? {
						type: 'line',
						step: 'middle',
						symbol: as === 'marks' ? 'diamond' : 'none',
						symbolSize: 13,
						lineStyle: { color: colour, width: as === 'marks' ? 0 : 2 }
					}
				: { type: 'bar', stack: stacked ? 'all' : undefined, barMaxWidth: 48 })
		}))
	});

/**
 * Steps from a first to a last level, from the top down so that their names can be read.
 * @param {{steps: {name: string, value: number, total?: boolean, colour?: string}[], format: (value: number) => string}} figures
 *   a total stands from zero, every other step on the one before it
 */
export const waterfall =
	({ steps, format }) =>
	(width) => {
		let level = 0;
		const floats = steps.map(({ value, total }) => {
			const from = total ? 0 : level;
			level = total ? value : level + value;
			return [from, level];
		});
		const names = Math.min(280, Math.round(width * 0.38));
		const colour = ({ value, total, colour }) =>
			colour ?? (total ? COLOURS.total : value < 0 ? COLOURS.down : COLOURS.up);
		return {
			...base,
			legend: undefined,
			grid: grid({ top: 4, right: width < NARROW ? 56 : 72 }),
			yAxis: categoryAxis(
				steps.map(({ name }) => capital(name)),
				{
					inverse: true,
					axisLabel: { ...TEXT, color: 'var(--ink)', width: names, overflow: 'break', lineHeight: 15, interval: 0 },
					axisLine: { show: false }
				}
			),
			xAxis: valueAxis(format, { splitNumber: width < NARROW ? 2 : 5 }),
			tooltip: {
				...base.tooltip,
				trigger: 'item',
				formatter: ({ dataIndex }) => `${capital(steps[dataIndex].name)}: ${format(steps[dataIndex].value)}`
			},
			series: [
				{
					...still,
					type: 'custom',
					data: floats.map(([from, to], row) => [from, to, row]),
					encode: { x: [0, 1], y: 2 },
					renderItem: (params, api) => {
						const [left, y] = api.coord([Math.min(api.value(0), api.value(1)), api.value(2)]);
						const [right] = api.coord([Math.max(api.value(0), api.value(1)), api.value(2)]);
						const thickness = Math.min(26, api.size([0, 1])[1] * 0.62);
						return {
							type: 'group',
							children: [
								{
									type: 'rect',
									shape: { x: left, y: y - thickness / 2, width: Math.max(1.5, right - left), height: thickness },
									style: { fill: colour(steps[params.dataIndex]) }
								},
								{
									type: 'text',
									style: {
										...TEXT,
										font: `13px ${FONT}`,
										x: right + 6,
										y,
										verticalAlign: 'middle',
										text: format(steps[params.dataIndex].value),
										fill: 'var(--ink)'
									}
								}
							]
						};
					}
				}
			]
		};
	};
