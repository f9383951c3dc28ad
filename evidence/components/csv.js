/** A table as a CSV file that a Danish Excel opens correctly: semicolons, decimal commas, a byte order mark. */

function cell(value) {
	if (value === null || value === undefined) return '';
	if (value instanceof Date) return value.toISOString().slice(0, 10);
	// sums of doubles end in ...0000001; nothing in the warehouse has more than six decimals
	if (typeof value === 'number') return String(Number(value.toFixed(6))).replace('.', ',');
	// a spreadsheet would run text that begins like a formula; a printed number is not one
	const text = /^[=+@\t\r]|^-(?![\d.,]+\*?$)/.test(value) ? `'${value}` : String(value);
	return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Columns of text are written as they are shown, columns of numbers as they are.
 * @param {{key: string, label: string, text?: boolean, format?: (value: any, row: any) => string}[]} columns
 * @param {Record<string, unknown>[]} rows
 */
export function csv(columns, rows) {
	const raw = ({ key, text, format }, row) =>
		text && format && !(row[key] instanceof Date) && row[key] !== null ? format(row[key], row) : row[key];
	const lines = [columns.map(({ label }) => cell(label)), ...rows.map((row) => columns.map((column) => cell(raw(column, row))))];
	return '\ufeff' + lines.map((line) => line.join(';')).join('\r\n') + '\r\n';
}
