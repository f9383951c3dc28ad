// SQLite's driver says nothing of a column's type, so this is also the test of types read from values.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { directory, python, query, row } from './harness.js';

const file = { url: 'sqlite:///store%.db' };

before(() => {
	python("import sqlite3; c = sqlite3.connect('store%.db'); c.execute('create table t (a int)'); c.execute('insert into t values (1)'); c.commit()");
});

describe('types read from values', () => {
	test('each storage class', async () => {
		const { rows, columnTypes } = await query(file, "select 1 as i, 1.5 as f, 'æ😀' as s, x'00ff' as b, '2024-02-29' as d, null as n");
		assert.deepEqual(rows, [{ i: 1, f: 1.5, s: 'æ😀', b: '00ff', d: '2024-02-29', n: null }]);
		assert.deepEqual(
			columnTypes.map(({ evidenceType, typeFidelity }) => [evidenceType, typeFidelity]),
			['number', 'number', 'string', 'string', 'string', 'string'].map((type) => [type, 'inferred'])
		);
	});

	test('a number after 10,000 NULLs is a number, and no row is lost or moved', async () => {
		const { rows, types } = await query(
			file,
			`with recursive r(i) as (select 1 union all select i + 1 from r where i < 12000)
			select i, case when i > 10000 then i end as late, null as never from r`
		);
		assert.deepEqual(types, { i: 'number', late: 'number', never: 'string' });
		assert.equal(rows.length, 12000);
		assert.ok(rows.every(({ i, late, never }, at) => i === at + 1 && late === (i > 10000 ? i : null) && never === null));
	});

	test('integers and floats share a column', async () => {
		const { rows, types } = await query(file, 'select 1 as v union all select 1.5');
		assert.deepEqual(types, { v: 'number' });
		assert.deepEqual(rows, [{ v: 1 }, { v: 1.5 }]);
	});

	test('a text in a column of numbers fails, naming the cell', async () => {
		await assert.rejects(
			query(file, "select 1 as v union all select 'abc'"),
			/^Error: Column "v", row 2: 'abc' is not a number\. Cast the column to one type in the query\.$/
		);
	});

	test('an empty result', async () => {
		const { rows, types } = await query(file, 'select a from t where false');
		assert.deepEqual(rows, []);
		assert.deepEqual(types, { a: 'string' });
	});

	test("? and :name are the database's business", async () => {
		assert.deepEqual(await row(file, "select '50% ? :name' as a"), { a: '50% ? :name' });
	});
});

describe('SQLite read-only', () => {
	const other = path.join(directory, 'other.db');
	const attempts = [
		['delete from t', /attempt to write a readonly database/],
		['delete from t returning a', /attempt to write a readonly database/],
		['select 1; delete from t', /one statement at a time/],
		['drop table t', /readonly database/],
		[`attach '${other}' as other`, /not authorized/],
		[`vacuum into '${other}'`, /authorization denied/]
	];
	for (const [sql, message] of attempts) {
		test(`refuses ${sql.replaceAll(directory, '')}`, async () => {
			await assert.rejects(query(file, sql), message);
			assert.deepEqual((await query(file, 'select * from t')).rows, [{ a: 1 }]);
			assert.ok(!existsSync(other));
		});
	}

	test('one query cannot lift the refusal for the next', async () => {
		await assert.rejects(query(file, 'pragma query_only = off'), /returns no rows/);
		await assert.rejects(query(file, 'delete from t returning a'), /readonly database/);
	});

	test('a missing file is an error, not a new database', async () => {
		await assert.rejects(query({ url: 'sqlite:///absent.db' }, 'select 1'), /unable to open database file/);
		assert.ok(!existsSync(path.join(directory, 'absent.db')));
	});

	test('readOnly: false commits', async () => {
		const writable = { ...file, readOnly: false };
		assert.deepEqual((await query(writable, 'insert into t values (2) returning a')).rows, [{ a: 2 }]);
		assert.deepEqual((await query(file, 'select a from t order by a')).rows, [{ a: 1 }, { a: 2 }]);
		await query(writable, 'delete from t where a = 2 returning a');
	});
});
