// MySQL and MariaDB, on a server that is given: its user must be allowed to create and drop tables.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { python, query, row } from './harness.js';

const url = process.env.EVIDENCE_SQLALCHEMY_TEST_MYSQL_URL;
const skip = !url && 'EVIDENCE_SQLALCHEMY_TEST_MYSQL_URL is not set';
if (skip) console.warn(`MySQL tests skipped: ${skip}`);

describe('MySQL', { skip }, () => {
	const options = { url };

	before(() => {
		python(`
import sqlalchemy
with sqlalchemy.create_engine(${JSON.stringify(url)}).begin() as connection:
    for statement in ("drop table if exists t", "create table t (a int) engine=innodb", "insert into t values (1)"):
        connection.exec_driver_sql(statement)
`);
	});

	test('values', async () => {
		const { rows, types } = await query(
			options,
			`select 9007199254740992 as i, 12345678901.23 as m, cast('2024-02-29' as date) as d,
			cast('2024-02-29 13:14:15.678' as datetime(3)) as ts, cast('13:14:15' as time) as t, true as b,
			'50% %s :x æ😀' as s, x'00ff' as x, null as n`
		);
		assert.deepEqual(rows, [
			{
				i: 2 ** 53,
				m: 12345678901.23,
				d: new Date('2024-02-29T00:00:00Z'),
				ts: new Date('2024-02-29T13:14:15.678Z'),
				t: '13:14:15',
				b: 1,
				s: '50% %s :x æ😀',
				x: '00ff',
				n: null
			}
		]);
		assert.deepEqual(types, {
			i: 'number',
			m: 'number',
			d: 'date',
			ts: 'date',
			t: 'string',
			b: 'number',
			s: 'string',
			x: 'string',
			n: 'string'
		});
	});

	test('an empty result has typed columns', async () => {
		const { rows, types } = await query(options, "select a, 1.5 as m, now() as ts, curdate() as d, 'x' as s from t where false");
		assert.deepEqual(rows, []);
		assert.deepEqual(types, { a: 'number', m: 'number', ts: 'date', d: 'date', s: 'string' });
	});

	test("a syntax error comes in the database's words", async () => {
		await assert.rejects(query(options, 'select * form t'), /^Error: You have an error in your SQL syntax; .* near 'form t'/);
	});

	const attempts = [
		['delete from t', /READ ONLY transaction/],
		['drop table t', /READ ONLY transaction/],
		['create table other (a int)', /READ ONLY transaction/],
		['select 1; delete from t', /error in your SQL syntax/],
		['set session transaction read write', /returns no rows/]
	];
	for (const [sql, message] of attempts) {
		test(`refuses ${sql}`, async () => {
			await assert.rejects(query(options, sql), message);
			await assert.rejects(query(options, 'delete from t'), /READ ONLY transaction/);
			assert.deepEqual(await row(options, 'select * from t'), { a: 1 });
		});
	}
});
