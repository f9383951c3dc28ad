/** A table as a CSV file that a Danish Excel opens right: semicolons, decimal commas, a byte order mark. */

function cell(value) {
	if (value === null || value === undefined) return '';
	if (value instanceof Date) return value.toISOString().slice(0, 10);
	if (typeof value === 'number') return String(value).replace('.', ',');
	// a spreadsheet would run text that begins like a formula
	const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
	return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * @param {{key: string, label: string}[]} columns
 * @param {Record<string, unknown>[]} rows
 */
export function csv(columns, rows) {
	const lines = [columns.map(({ label }) => cell(label)), ...rows.map((row) => columns.map(({ key }) => cell(row[key])))];
	return '\ufeff' + lines.map((line) => line.join(';')).join('\r\n') + '\r\n';
}
