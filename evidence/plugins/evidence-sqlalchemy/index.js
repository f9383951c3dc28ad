import path from 'node:path';
import { Bridge } from './bridge.js';

// Evidence writes Parquet from whole batches of its own; bridge.py caps what crosses the pipe at once
const DEFAULT_BATCH_SIZE = 100_000;

export const options = {
	url: {
		title: 'SQLAlchemy URL',
		type: 'string',
		secret: true,
		required: true,
		description:
			'dialect+driver://user:password@host:port/database. A relative file path starts at the source directory.'
	},
	python: {
		title: 'Python interpreter',
		type: 'string',
		secret: false,
		description:
			'A Python with SQLAlchemy and the database driver. Default: EVIDENCE_SQLALCHEMY_PYTHON, else python3. A relative path starts at the source directory.'
	},
	readOnly: {
		title: 'Read-only',
		type: 'boolean',
		secret: false,
		default: true,
		description: 'Have the database refuse writes where it can, and roll every query back.'
	},
	externalAccess: {
		title: 'External access (DuckDB)',
		type: 'boolean',
		secret: false,
		default: false,
		description:
			'Let DuckDB queries reach other files and the network: read_csv, attach, httpfs, but also copy to.'
	},
	allowRounding: {
		title: 'Allow rounding',
		type: 'boolean',
		secret: false,
		default: false,
		description: 'Round numbers that JavaScript cannot represent, instead of failing.'
	}
};

/** The process of each data source, by its settings. @type {Map<string, Bridge>} */
const bridges = new Map();

/**
 * @param {Record<string, unknown>} opts
 * @param {string} directory the source directory
 */
function bridgeFor(opts, directory) {
	const settings = {
		url: readUrl(opts),
		readOnly: readBoolean(opts, 'readOnly'),
		externalAccess: readBoolean(opts, 'externalAccess'),
		allowRounding: readBoolean(opts, 'allowRounding')
	};
	const python = readPython(opts, directory);
	const key = JSON.stringify([python, path.resolve(directory), settings]);
	let bridge = bridges.get(key);
	if (!bridge || bridge.ended) {
		bridge = new Bridge(python, directory, settings);
		bridges.set(key, bridge);
	}
	return bridge;
}

function readUrl({ url }) {
	if (typeof url !== 'string' || !url) throw new Error('The option url is missing: a SQLAlchemy URL.');
	return url;
}

/** Options from environment variables are text. */
function readBoolean(opts, name) {
	const value = opts[name] ?? options[name].default;
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw new Error(`The option ${name} must be true or false, not ${JSON.stringify(value)}.`);
}

function readPython(opts, directory) {
	const python = String(opts.python || process.env.EVIDENCE_SQLALCHEMY_PYTHON || 'python3');
	// A bare name is looked up in PATH
	return /[\\/]/.test(python) ? path.resolve(directory, python) : python;
}

/** What a JSON value of bridge.py stands for, by Evidence type. */
const readers = {
	// NaN and the infinities, which JSON cannot write, come as text
	number: (value) => (typeof value === 'string' ? Number(value) : value),
	date: (value) => new Date(value),
	boolean: (value) => value,
	string: (value) => value
};

/**
 * @param {Bridge} bridge
 * @param {number} query
 * @param {{ name: string, type: keyof typeof readers }[]} columns
 */
async function* readBatches(bridge, query, columns) {
	const fields = columns.map(({ name, type }) => ({ name, read: readers[type] }));
	let exhausted = false;
	try {
		for (;;) {
			const { rows } = await bridge.request({ do: 'next', query });
			exhausted = rows.length === 0;
			if (exhausted) return;
			yield rows.map((cells) => {
				const row = {};
				fields.forEach(({ name, read }, i) => {
					row[name] = cells[i] === null ? null : read(cells[i]);
				});
				return row;
			});
		}
	} finally {
		// Whoever stops reading early leaves a query open. After a failure there is none, and no more to say.
		if (!exhausted) await bridge.request({ do: 'close', query }).catch(() => {});
	}
}

/**
 * @param {Record<string, unknown>} opts
 * @param {string} directory
 */
export async function getRunner(opts, directory) {
	return async (sql, queryPath, batchSize) => {
		if (!queryPath.endsWith('.sql')) return null;
		const bridge = bridgeFor(opts, directory);
		const { query, columns } = await bridge.request({ do: 'query', sql, batchSize: batchSize ?? DEFAULT_BATCH_SIZE });
		return {
			rows: () => readBatches(bridge, query, columns),
			columnTypes: columns.map(({ name, type, precise }) => ({
				name,
				evidenceType: type,
				typeFidelity: precise ? 'precise' : 'inferred'
			}))
		};
	};
}

/**
 * @param {Record<string, unknown>} opts
 * @param {string} directory
 * @returns {Promise<true | { reason: string }>}
 */
export async function testConnection(opts, directory) {
	try {
		await bridgeFor(opts, directory).request({ do: 'test' });
		return true;
	} catch (error) {
		return { reason: error.message };
	}
}
