/** Danish formats of numbers, periods and words. Amounts in kroner, plus costs and minus gains; null is a dash. */

const UNKNOWN = '–';
const NBSP = '\u00a0';

// 'negative' keeps -0,3 from being written as -0
const decimals = (digits, least = digits) =>
	new Intl.NumberFormat('da-DK', {
		minimumFractionDigits: least,
		maximumFractionDigits: digits,
		signDisplay: 'negative'
	});
const whole = decimals(0);
const one = decimals(1);
const upToOne = decimals(1, 0);
const upToTwo = decimals(2, 0);
const plain = decimals(6, 0);

const isMissing = (value) => value === null || value === undefined;
const written = (write) => (value) => (isMissing(value) ? UNKNOWN : write(value));

/** 1.604.757 */
export const number = written((value) => whole.format(value));
/** 13,5 with as many decimals as there are */
export const exact = written((value) => plain.format(value));
/** 1.604.757 kr. */
export const kroner = written((value) => `${whole.format(value)}${NBSP}kr.`);
/** 457,2 mio. kr. */
export const millions = written((value) => `${one.format(value / 1e6)}${NBSP}mio. kr.`);
/** 4,65 mio. kr.: a change, with the digits needed for its parts to add up visibly */
export const change = written((value) => `${upToTwo.format(value / 1e6)}${NBSP}mio. kr.`);
/** 4,65 of an axis in mio. kr. */
export const inMillionsExact = written((value) => upToTwo.format(value / 1e6));
/** 457,2 of an axis in mio. kr. */
export const inMillions = written((value) => one.format(value / 1e6));
/** 3,8 % of a share of 0.038; 63 % where no more is printed */
export const percent = written((value) => `${upToOne.format(value * 100)}${NBSP}%`);
/** 105,3 of an index */
export const index = written((value) => one.format(value));

const utc = (options) => new Intl.DateTimeFormat('da-DK', { timeZone: 'UTC', ...options });
const longMonth = utc({ month: 'long', year: 'numeric' });
const shortMonth = utc({ month: 'short', year: '2-digit' });
const longDate = utc({ day: 'numeric', month: 'long', year: 'numeric' });

/** maj 2026 */
export const month = written((value) => longMonth.format(new Date(value)));
/** maj */
export const monthName = written((value) => utc({ month: 'long' }).format(new Date(value)));
/** maj 26 */
export const monthShort = written((value) => shortMonth.format(new Date(value)).replace('.', ''));
/** 9. juni 2026 */
export const date = written((value) => longDate.format(new Date(value)));
/** 2026 */
export const year = written((value) => String(value instanceof Date ? value.getUTCFullYear() : value));

/** Whole months from the end of a month to a day. */
export const monthsOld = (month, day) =>
	(day.getUTCFullYear() - month.getUTCFullYear()) * 12 + day.getUTCMonth() - month.getUTCMonth() - 1;
/** 5 måneder */
export const age = (months) => `${months}${NBSP}${months === 1 ? 'måned' : 'måneder'}`;

/** en gevinst på 1.895.833 kr., or en udgift på ... */
export const effect = written((value) =>
	Math.round(value) === 0 ? 'ingen effekt' : `en ${value < 0 ? 'gevinst' : 'udgift'} på ${kroner(Math.abs(value))}`
);

/** steget, faldet, or uændret */
export const moved = (from, to) => (to > from ? 'steget' : to < from ? 'faldet' : 'uændret');

/** 1 forskel, 2 forskelle */
export const count = (value, one, many) => `${whole.format(value)}${NBSP}${value === 1 ? one : many}`;

/** 413.215 kr. ringere end forventet: minus is better for a gain and for a cost */
export const deviation = written((value) =>
	Math.round(value) === 0
		? 'som forventet'
		: `${kroner(Math.abs(value))} ${value < 0 ? 'bedre' : 'ringere'} end forventet`
);

export const capital = (text) => text && text[0].toUpperCase() + text.slice(1);

/**
 * The Danish names of the codes.
 * @param {Iterable<{code_set: string, code: string, code_name: string}>} names rows of dim_code_name
 * @returns {(set: string, code: string | null) => string}
 */
export function codeNames(names) {
	const words = new Map(Array.from(names, (row) => [`${row.code_set}/${row.code}`, row.code_name]));
	return (set, code) => (isMissing(code) ? UNKNOWN : (words.get(`${set}/${code}`) ?? code));
}

/** Whether any row is made up, by its `data_origin`. */
export const isSynthetic = (rows) =>
	Array.from(rows ?? []).some((row) => Object.keys(row).some((key) => key.endsWith('data_origin') && row[key] === 'sample'));
