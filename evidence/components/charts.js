/**
 * Apache ECharts options for the site's charts, as functions of the width in pixels.
 *
 * Colours are CSS variables, so that one drawing serves light, dark and paper.
 */
import { capital } from './format.js';

const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif';
const TEXT = { fontFamily: FONT, fontSize: 13, color: 'var(--ink-soft)' };
/** Below this width a chart is laid out for a phone. */
const NARROW = 480;

export const COLOURS = {
	realised: 'var(--blue)',
	expected: 'var(--ink-soft)',
	quantity: 'var(--orange)',
	price: 'var(--orange-light)',
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
	// hiding one part would leave the others below the sum of all
	legend: { top: 0, left: 0, itemGap: 16, itemWidth: 20, itemHeight: 10, selectedMode: false, textStyle: TEXT }
};

/** Room for the legend, which wraps on a narrow screen; one series needs none. */
const room = (names, width) => {
	if (names.length === 1) return 12;
	const lines = (name) => Math.ceil((46 + name.length * 7.2) / width);
	// wrapped names take several lines
	if (names.some((name) => lines(name) > 1)) return 8 + names.reduce((sum, name) => sum + lines(name) * 17 + 18, 0);
	let rows = 1;
	let used = 0;
	for (const name of names) {
		const needed = 46 + name.length * 7.2;
		if (used + needed > width && used > 0) {
			rows += 1;
			used = 0;
		}
		used += needed;
	}
	return 18 + rows * 24;
};

/** Wraps a name that is wider than the chart. */
const legend = (names, width, icon = {}) => ({
	...base.legend,
	show: names.length > 1,
	data: names.map((name) => ({ name, icon: icon[name] })),
	textStyle: names.some((name) => 46 + name.length * 7.2 > width)
		? { ...TEXT, width: width - 46, overflow: 'break', lineHeight: 16 }
		: TEXT
});

const grid = (more) => ({ left: 4, right: 12, top: 40, bottom: 4, containLabel: true, ...more });

// axis labels are round: 500, not 500,0
const valueAxis = (format, more) => ({
	type: 'value',
	axisLabel: { ...TEXT, formatter: (value) => format(value).replace(/,0+(?!\d)/, '') },
	splitLine: { lineStyle: { color: 'var(--rule)' } },
	...more
});

// a handful of names are all shown, a row of months may skip some
const categoryAxis = (categories, width, more) => ({
	type: 'category',
	data: categories,
	axisLabel: {
		...TEXT,
		...(categories.length <= 6
			? { interval: 0, width: Math.floor((width - 60) / categories.length) - 8, overflow: 'break' }
			: { hideOverlap: true })
	},
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
	says(seriesInWords(categories, series, format), (width) => ({
		...base,
		legend: legend(series.map(({ name }) => name), width),
		// half of the last label extends beyond the last point
		grid: grid({ top: room(series.map(({ name }) => name), width), right: 32 }),
		xAxis: categoryAxis(categories, width, { boundaryGap: false }),
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
	}));

/**
 * Stacked or grouped bars, with a stepped line or marks for what they are compared with.
 * @param {{categories: string[], series: {name: string, values: (number | null)[], colour: string, as?: 'steps' | 'marks'}[],
 *   format: (value: number) => string, stacked?: boolean}} figures
 */
export const bars =
	({ categories, series, format, stacked = true }) =>
	says(seriesInWords(categories, series, format), (width) => ({
		...base,
		legend: legend(
			series.map(({ name }) => name),
			width,
			Object.fromEntries(series.map(({ name, as }) => [name, ICONS[as] ?? 'rect']))
		),
		grid: grid({ top: room(series.map(({ name }) => name), width) }),
		xAxis: categoryAxis(categories, width, { axisLine: { onZero: true, lineStyle: { color: 'var(--ink-soft)' } } }),
		yAxis: valueAxis(format),
		tooltip: { ...base.tooltip, valueFormatter: format },
		series: series.map(({ name, values, colour, as }) => ({
			...still,
			name,
			data: values,
			color: colour,
			...(as
				? {
						type: 'line',
						step: 'middle',
						symbol: as === 'marks' ? 'diamond' : 'none',
						symbolSize: 13,
						itemStyle: { color: colour },
						lineStyle: { color: colour, width: as === 'marks' ? 0 : 2 }
					}
				: {
						type: 'bar',
						stack: stacked ? 'all' : undefined,
						barMaxWidth: 48,
						// the parts of a bar differ by more than their colour
						itemStyle: { color: colour, borderColor: 'var(--ground)', borderWidth: stacked ? 1 : 0 }
					})
		}))
	}));

/** Lets an option say in words what its chart shows. */
const says = (words, option) => Object.assign(option, { words });

/** Each series by its first and last figure: Brutto: 267,6 (2022) og 457,2 (2026). */
const seriesInWords = (categories, series, format) =>
	series
		.map(({ name, values }) => {
			const known = values.map((value, at) => [value, categories[at]]).filter(([value]) => value !== null);
			const ends = known.length > 1 ? [known[0], known.at(-1)] : known;
			return `${name}: ${ends.map(([value, category]) => `${format(value)} (${category})`).join(' og ') || 'intet'}`;
		})
		.join('; ');

const ICONS = { marks: 'diamond', steps: 'path://M0,4 L20,4 L20,7 L0,7 Z' };

/** Height of a waterfall: on a phone the names are above their bars. */
export const waterfallHeight = (steps) => (width) => steps * (width < NARROW ? 76 : 44) + 40;

/**
 * Steps from a first to a last level, from the top down so that their names can be read.
 * @param {{steps: {name: string, value: number, total?: boolean, colour?: string}[], format: (value: number) => string}} figures
 *   a total starts at zero, every other step where the previous one ended
 */
export const waterfall =
	({ steps, format }) =>
	says(steps.map(({ name, value }) => `${capital(name)}: ${format(value)}`).join('; '), (width) => {
		let level = 0;
		const floats = steps.map(({ value, total }, row) => {
			const from = total ? 0 : level;
			level = total ? value : level + value;
			return [from, level, row];
		});
		const narrow = width < NARROW;
		const names = steps.map(({ name }) => capital(name));
		const colour = ({ value, total, colour }) =>
			colour ?? (total ? COLOURS.total : value < 0 ? COLOURS.down : COLOURS.up);
		const words = (text, x, y, more) => ({
			type: 'text',
			style: { font: `13px ${FONT}`, fill: 'var(--ink)', text, x, y, verticalAlign: 'middle', ...more }
		});
		return {
			...base,
			legend: undefined,
			grid: grid({ top: 4, left: narrow ? 16 : 4, right: narrow ? 60 : 72 }),
			yAxis: categoryAxis(names, width, {
				inverse: true,
				axisLabel: {
					...TEXT,
					show: !narrow,
					color: 'var(--ink)',
					width: Math.min(280, Math.round(width * 0.38)),
					overflow: 'break',
					lineHeight: 15,
					interval: 0
				},
				axisLine: { show: false }
			}),
			xAxis: valueAxis(format, { splitNumber: narrow ? 2 : 5 }),
			tooltip: {
				...base.tooltip,
				trigger: 'item',
				formatter: ({ dataIndex }) => `${names[dataIndex]}: ${format(steps[dataIndex].value)}`
			},
			series: [
				{
					...still,
					type: 'custom',
					data: floats,
					encode: { x: [0, 1], y: 2 },
					renderItem: ({ dataIndex, coordSys }, api) => {
						const [from, to, row] = floats[dataIndex];
						const [left, middle] = api.coord([Math.min(from, to), row]);
						const [right] = api.coord([Math.max(from, to), row]);
						const thickness = Math.min(26, api.size([0, 1])[1] * (narrow ? 0.3 : 0.62));
						const y = narrow ? middle + thickness : middle;
						const bar = { x: left, y: y - thickness / 2, width: Math.max(1.5, right - left), height: thickness };
						const children = [
							{ type: 'rect', shape: bar, style: { fill: colour(steps[dataIndex]) } },
							words(format(steps[dataIndex].value), right + 6, y)
						];
						if (narrow) {
							const above = { verticalAlign: 'bottom', width: width - coordSys.x - 8, overflow: 'break', lineHeight: 15 };
							children.push(words(names[dataIndex], coordSys.x, bar.y - 3, above));
						}
						return { type: 'group', children };
					}
				}
			]
		};
	});
