import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { directory, open, python, query, row } from './harness.js';

const memory = { url: 'duckdb:///:memory:' };
const file = { url: 'duckdb:///warehouse.duckdb' };

before(async () => {
	await query({ ...file, readOnly: false }, 'create table t as select 1 as a');
});

describe('DuckDB values', () => {
	const cases = [
		// [SQL, type, value]
		['true', 'boolean', true],
		['42::tinyint', 'number', 42],
		['255::utinyint', 'number', 255],
		['(-32768)::smallint', 'number', -32768],
		['65535::usmallint', 'number', 65535],
		['2147483647', 'number', 2147483647],
		['4294967295::uinteger', 'number', 4294967295],
		['9007199254740992::bigint', 'number', 2 ** 53],
		['-9007199254740992::bigint', 'number', -(2 ** 53)],
		['1000000000000000000::bigint', 'number', 1e18],
		['42::ubigint', 'number', 42],
		['42::hugeint', 'number', 42],
		['42::uhugeint', 'number', 42],
		['12345678901.23::decimal(18,2)', 'number', 12345678901.23],
		['-0.01::decimal(4,2)', 'number', -0.01],
		['1.10::decimal(38,10)', 'number', 1.1],
		['0.1::double', 'number', 0.1],
		['0.5::float', 'number', 0.5],
		["'nan'::double", 'number', NaN],
		["'infinity'::double", 'number', Infinity],
		["'-infinity'::double", 'number', -Infinity],
		["date '2024-02-29'", 'date', new Date('2024-02-29T00:00:00Z')],
		["date '1969-12-31'", 'date', new Date('1969-12-31T00:00:00Z')],
		["date '0001-01-01'", 'date', new Date('0001-01-01T00:00:00Z')],
		["timestamp '2024-02-29 13:14:15.678'", 'date', new Date('2024-02-29T13:14:15.678Z')],
		["timestamp '1969-12-31 23:59:59.999999'", 'date', new Date('1969-12-31T23:59:59.999Z')],
		["timestamp_s '2024-02-29 13:14:15'", 'date', new Date('2024-02-29T13:14:15Z')],
		["timestamp_ns '2024-02-29 13:14:15.678000001'", 'date', new Date('2024-02-29T13:14:15.678Z')],
		["timestamptz '2024-02-29 13:14:15+02'", 'date', new Date('2024-02-29T11:14:15Z')],
		["time '13:14:15.5'", 'string', '13:14:15.500000'],
		["'13:14:15+02'::timetz", 'string', '13:14:15+02:00'],
		['interval 26 hour', 'string', '1 day, 2:00:00'],
		["'3f333df6-90a4-4fda-8dd3-9485d27cee36'::uuid", 'string', '3f333df6-90a4-4fda-8dd3-9485d27cee36'],
		["'\\x00\\xFF'::blob", 'string', '00ff'],
		["'101'::bit", 'string', '101'],
		["'b'::enum('a', 'b')", 'string', 'b'],
		['\'{"a": 1.10}\'::json', 'string', '{"a": 1.10}'],
		['[1, null, 3]', 'string', '[1, null, 3]'],
		["{'a': 1.10::decimal(9,2), 'b': date '2024-02-29', 'c': ['æ']}", 'string', '{"a": 1.1, "b": "2024-02-29", "c": ["æ"]}'],
		["['nan'::double]", 'string', '[null]'],
		['[12345678901234567890.12::decimal(38,2)]', 'string', '["12345678901234567890.12"]'],
		["map {'a': 1}", 'string', '{"a": 1}'],
		['union_value(n := 2)', 'string', '2'],
		["'æøå 😀 \u2028 line\nbreak \\ \"quoted\"'", 'string', 'æøå 😀 \u2028 line\nbreak \\ "quoted"'],
		["''", 'string', ''],
		['null::date', 'date', null],
		['null::decimal(9,2)', 'number', null]
	];
	for (const [sql, type, value] of cases) {
		test(sql, async () => {
			const result = await query(memory, `select ${sql} as v`);
			assert.deepEqual(result.types, { v: type });
			assert.deepEqual(result.rows, [{ v: value }]);
			assert.equal(result.columnTypes[0].typeFidelity, 'precise');
		});
	}
});

describe('numbers that a double would change', () => {
	const cases = [
		'9007199254740993::bigint',
		'-9007199254740993::bigint',
		'1152921504606846976::bigint', // 2^60 is a double, but JavaScript prints it as 1152921504606847000
		'170141183460469231731687303715884105727::hugeint',
		'12345678901234567.89::decimal(38,2)',
		'0.12345678901234567890::decimal(38,20)'
	];
	for (const sql of cases) {
		const digits = sql.split('::')[0];
		test(`${sql} fails, naming column, row and value`, async () => {
			await assert.rejects(
				query(memory, `select * from (values (1), (${sql})) as t(amount)`.replace('(1)', `(${sql} * 0)`)),
				(error) => {
					assert.match(error.message, /Column "amount", row 2: a JavaScript number would round/);
					assert.ok(error.message.includes(digits), error.message);
					assert.match(error.message, /Cast the column to text .* allowRounding/);
					return true;
				}
			);
		});
		test(`${sql} is rounded with allowRounding`, async () => {
			const { v } = await row({ ...memory, allowRounding: 'true' }, `select ${sql} as v`);
			assert.equal(v, Number(digits));
		});
		test(`${sql} is whole as text`, async () => {
			assert.deepEqual(await row(memory, `select (${sql})::varchar as v`), { v: digits });
		});
	}

	test('every decimal of 15 digits comes through', async () => {
		const { rows } = await query(
			memory,
			`select d, d::varchar as s from (
				select (((i * 7919) % 1000003) * 999983 + i)::decimal(18,3) / 1000 as x, x::decimal(15,3) as d
				from range(20000) t(i))`
		);
		assert.equal(rows.length, 20000);
		for (const { d, s } of rows) assert.equal(d.toFixed(3), s);
	});
});

describe('DuckDB results', () => {
	test('an empty result has typed columns', async () => {
		const { rows, types } = await query(
			memory,
			"select 1 as n, date '2024-01-01' as d, true as b, 'x' as s, 1.5::decimal(9,2) as m where false"
		);
		assert.deepEqual(rows, []);
		assert.deepEqual(types, { n: 'number', d: 'date', b: 'boolean', s: 'string', m: 'number' });
	});

	test('a column that begins with NULLs has its type', async () => {
		const { rows, types } = await query(memory, 'select if(i < 5000, null, i) as v from range(5001) t(i)');
		assert.deepEqual(types, { v: 'number' });
		assert.equal(rows[4999].v, null);
		assert.equal(rows[5000].v, 5000);
	});

	test('%, :name, ::casts, $1 and ? are the database\'s business', async () => {
		assert.deepEqual(
			await row(memory, "select '50%' as a, '%s %(x)s' as b, ':name' as c, 1::int as d, '$1 ?' as e where 'ab' like 'a%'"),
			{ a: '50%', b: '%s %(x)s', c: ':name', d: 1, e: '$1 ?' }
		);
	});

	test('a last semicolon and comments are fine', async () => {
		assert.deepEqual(await row(memory, '-- before ; \nselect 1 as a; -- after\n'), { a: 1 });
	});

	test('batches are never larger than asked for', async () => {
		const { rows: batches } = await open(memory, 'select * from range(25)', 10);
		const sizes = [];
		for await (const batch of batches()) sizes.push(batch.length);
		assert.deepEqual(sizes, [10, 10, 5]);
	});

	for (const sql of ['select 1 as a, 2 as a', 'select 1 as a, 2 as "A"']) {
		test(`${sql} fails, naming the column`, async () => {
			await assert.rejects(query(memory, sql), /Two columns of the result are called "a": give one another name/i);
		});
	}

	test('a statement without rows fails', async () => {
		await assert.rejects(query(memory, '-- nothing here'), /returns no rows/);
	});

	test('a date that JavaScript has and Python has not fails, naming the column', async () => {
		await assert.rejects(query(memory, "select date '0044-03-15 (BC)' as ides"), /Column "ides", row 1: .* not a date between/);
	});

	test('a syntax error comes in the database\'s words, with its position', async () => {
		await assert.rejects(query(memory, 'select 1,\n  2 as b form t'), (error) => {
			assert.equal(error.message, 'Parser Error: syntax error at or near "form"\n\nLINE 2:   2 as b form t\n                 ^');
			return true;
		});
	});

	test('an unknown table named like a Python variable is just unknown', async () => {
		// without external access DuckDB does not look at variables at all
		const options = { ...memory, externalAccess: true };
		await assert.rejects(query(options, 'select * from statement'), /Table with name statement does not exist/);
	});
});

describe('DuckDB read-only', () => {
	writeFileSync(path.join(directory, 'list.csv'), 'a\n7\n');
	const other = path.join(directory, 'other.duckdb');
	const csv = path.join(directory, 'copy.csv');
	const attempts = [
		['insert into t values (2)', /read-only mode/],
		['delete from t returning a', /read-only mode/],
		['select 1; insert into t values (2)', /read-only mode/],
		['drop table t', /read-only mode/],
		['commit; begin; insert into t values (2)', /read-only mode/],
		[`attach '${other}' as other`, /Permission Error/],
		[`copy t to '${csv}'`, /Permission Error/],
		[`export database '${directory}/export'`, /Permission Error/],
		['set enable_external_access = true', /configuration has been locked/],
		["set memory_limit = '100GB'", /configuration has been locked/],
		[`copy t to '${directory}/warehouse.duckdb' (format csv, use_tmp_file false)`, /Permission Error/],
		[`copy t to '${directory}/warehouse.duckdb.wal' (format csv, use_tmp_file false)`, /Permission Error/],
		["call enable_logging(storage = 'file', storage_path = 'logs')", /LocalFileSystem disabled/],
		["select * from read_csv('list.csv')", /Permission Error/],
		['install httpfs', /Permission Error/]
	];
	for (const [sql, message] of attempts) {
		test(`refuses ${sql.replaceAll(directory, '')}`, async () => {
			await assert.rejects(query(file, sql), message);
			assert.deepEqual((await query(file, 'select * from t')).rows, [{ a: 1 }]);
			assert.ok(!existsSync(other) && !existsSync(csv));
		});
	}

	test('what does not fit in memory is an error, and nothing is spilled to disk', async () => {
		const small = { url: `${file.url}?memory_limit=100MB` };
		const before = readdirSync(directory);
		await assert.rejects(query(small, 'select distinct md5(range::varchar) as a from range(10000000)'), /^Error: Out of Memory Error/);
		assert.deepEqual(readdirSync(directory), before);
		assert.deepEqual((await query(small, 'select * from t')).rows, [{ a: 1 }]);
	});

	for (const sql of [
		"select repeat('x', 3500000000) as a from range(10)",
		"select repeat('x', 100000000) as a from range(50)",
		"select repeat('x', 50000000) as a"
	]) {
		test(`${sql} is an error, and the next query is answered`, async () => {
			await assert.rejects(query(file, sql), /^Error: (Out of Memory Error|Out of memory|Row 1 has 50,000,000 characters of text)/);
			assert.deepEqual((await query(file, 'select * from t')).rows, [{ a: 1 }]);
		});
	}

	test('long rows come in smaller batches', async () => {
		const { rows } = await query(file, "select i, repeat('x', 1000000) as a from range(90) t(i)");
		assert.deepEqual(rows.map(({ i, a }) => [i, a.length]), Array.from({ length: 90 }, (_, i) => [i, 1_000_000]));
	});

	test('a statement that crashes DuckDB is an error, and the next query is answered', async () => {
		const nested = "json_structure(repeat('[', 100000) || repeat(']', 100000))";
		await assert.rejects(query(file, `select ${nested} as a`), /^Error: The Python process was ended by SIGSEGV/);
		assert.deepEqual((await query(file, 'select * from t')).rows, [{ a: 1 }]);
	});

	const contradictions = [
		['access_mode=read_write', {}, 'access_mode=read_write, .* which make it read_only'],
		['access_mode=automatic', {}, 'access_mode=automatic, .* which make it read_only'],
		['Enable_External_Access=true', {}, 'Enable_External_Access=true, .* which make it false'],
		['lock_configuration=false', {}, 'lock_configuration=false, .* which make it true'],
		['lock_configuration=true&lock_configuration=false', {}, 'lock_configuration=false, .* which make it true'],
		['temp_directory=elsewhere', {}, 'temp_directory=elsewhere, .* which make it empty'],
		['disabled_filesystems=none', {}, 'disabled_filesystems=none, .* which make it LocalFileSystem'],
		["allowed_configs=['temp_directory']", {}, "allowed_configs=.* which make it \\[disabled_filesystems\\]"],
		['python_enable_replacements=true', {}, 'python_enable_replacements=true, .* which make it false'],
		['allowed_directories=/etc', {}, 'allowed_directories, which a read-only DuckDB source .* does not take'],
		['log_query_path=queries.log', {}, 'log_query_path, which a read-only DuckDB source .* does not take'],
		['access_mode=read_write', { externalAccess: true }, 'access_mode=read_write, .* which make it read_only'],
		['enable_external_access=false', { externalAccess: true }, 'enable_external_access=false, .* which make it true'],
		['enable_external_access=true', { readOnly: false }, 'enable_external_access=true, .* which make it false']
	];
	for (const [settings, options, message] of contradictions) {
		test(`a url with ${settings} is refused for ${JSON.stringify(options)}`, async () => {
			const expected = new RegExp(`^Error: The url sets ${message}.*$`);
			await assert.rejects(query({ url: `${file.url}?${settings}`, ...options }, 'select * from t'), expected);
		});
	}

	test('a url that says what the options say, or sets memory and threads, is taken', async () => {
		const settings = 'access_mode=READ_ONLY&enable_external_access=false&DISABLED_FILESYSTEMS=LocalFileSystem&threads=1&memory_limit=1GiB';
		const shown = "current_setting('threads') as threads, current_setting('memory_limit') as memory";
		assert.deepEqual(await row({ url: `${file.url}?${settings}` }, `select ${shown}`), { threads: 1, memory: '1.0 GiB' });
	});

	test('a missing file is an error, not a new database', async () => {
		await assert.rejects(query({ url: 'duckdb:///absent.duckdb' }, 'select 1'), /absent\.duckdb.* does not exist/);
		assert.ok(!existsSync(path.join(directory, 'absent.duckdb')));
	});

	test('externalAccess opens other files', async () => {
		assert.deepEqual(await row({ ...file, externalAccess: true }, "select * from read_csv('list.csv')"), { a: 7 });
	});

	test('the file is free for a writer between queries', async () => {
		await query(file, 'select * from t');
		python("import duckdb; duckdb.connect('warehouse.duckdb').execute('create or replace table u as select 1')");
	});
});
