import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { canImport, open, python, query, row } from './harness.js';

const given = process.env.EVIDENCE_SQLALCHEMY_TEST_POSTGRES_URL;
const found = (program) => spawnSync(program, ['--version']).status === 0;
const skip =
	(!canImport('psycopg') && 'the Python of EVIDENCE_SQLALCHEMY_PYTHON has no psycopg') ||
	(!given && !(found('initdb') && found('postgres')) && 'neither EVIDENCE_SQLALCHEMY_TEST_POSTGRES_URL nor initdb and postgres in PATH');
if (skip) console.warn(`PostgreSQL tests skipped: ${skip}`);

describe('PostgreSQL', { skip }, () => {
	let server;
	let folder;
	const options = {};

	before(async () => {
		options.url = given ?? (await startServer());
		python(`
import sqlalchemy
with sqlalchemy.create_engine(${JSON.stringify(options.url)}).begin() as connection:
    for statement in ("drop table if exists t", "create table t (a int)", "insert into t values (1)",
                      "drop sequence if exists s", "create sequence s"):
        connection.exec_driver_sql(statement)
`);
	});

	after(async () => {
		if (!server) return;
		const ended = new Promise((resolve) => server.once('exit', resolve));
		server.kill('SIGINT');
		await ended;
		rmSync(folder, { recursive: true, force: true });
	});

	/** A server on a Unix socket in a folder of its own; it refuses to run as root, so root lends it to nobody. */
	async function startServer() {
		folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'evidence-pg-')));
		const user = {};
		if (process.getuid() === 0) {
			const id = (flag) => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
			Object.assign(user, { uid: id('-u'), gid: id('-g') });
			chownSync(folder, user.uid, user.gid);
		}
		const data = path.join(folder, 'data');
		const init = spawnSync('initdb', ['-D', data, '-U', 'tester', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
			cwd: folder,
			encoding: 'utf8',
			...user
		});
		if (init.status !== 0) throw new Error(init.stderr);
		server = spawn('postgres', ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'], {
			cwd: folder,
			stdio: 'ignore',
			...user
		});
		const url = `postgresql+psycopg://tester@/postgres?host=${folder}`;
		for (let attempt = 0; ; attempt++) {
			try {
				await query({ url }, 'select 1 as a');
				return url;
			} catch (error) {
				if (attempt === 100) throw error;
				await sleep(100);
			}
		}
	}

	describe('values', () => {
		const cases = [
			// [SQL, type, value]
			['true', 'boolean', true],
			['42::smallint', 'number', 42],
			['42::int', 'number', 42],
			['9007199254740992::bigint', 'number', 2 ** 53],
			['12345678901.23::numeric(18,2)', 'number', 12345678901.23],
			['1.10::numeric', 'number', 1.1],
			["'nan'::numeric", 'number', NaN],
			["'-infinity'::float8", 'number', -Infinity],
			['0.1::float4', 'number', 0.1],
			['0.1::float8', 'number', 0.1],
			["'2024-02-29'::date", 'date', new Date('2024-02-29T00:00:00Z')],
			["'2024-02-29 13:14:15.678'::timestamp", 'date', new Date('2024-02-29T13:14:15.678Z')],
			["'2024-02-29 13:14:15.678+02'::timestamptz", 'date', new Date('2024-02-29T11:14:15.678Z')],
			["'13:14:15'::time", 'string', '13:14:15'],
			["'13:14:15+02'::timetz", 'string', '13:14:15+02:00'],
			["'26 hours'::interval", 'string', '1 day, 2:00:00'],
			["'3f333df6-90a4-4fda-8dd3-9485d27cee36'::uuid", 'string', '3f333df6-90a4-4fda-8dd3-9485d27cee36'],
			["'\\x00ff'::bytea", 'string', '00ff'],
			["'101'::bit(3)", 'string', '101'],
			["'10.0.0.1'::inet", 'string', '10.0.0.1'],
			["'$1.50'::text::money", 'string', '$1.50'],
			['\'{"a": 1.10}\'::json', 'string', '{"a": 1.10}'],
			['\'{"a": 1.10}\'::jsonb', 'string', '{"a": 1.10}'],
			["array['æ', null]", 'string', '["æ", null]'],
			["'æøå 😀 line\nbreak'::text", 'string', 'æøå 😀 line\nbreak'],
			["'x'::name", 'string', 'x'],
			['null::date', 'date', null],
			['null::bool', 'boolean', null],
			['null::numeric', 'number', null]
		];
		for (const [sql, type, value] of cases) {
			test(sql, async () => {
				const { rows, types } = await query(options, `select ${sql} as v`);
				assert.deepEqual(types, { v: type });
				assert.deepEqual(rows, [{ v: value }]);
			});
		}

		test('a number that a double would change fails', async () => {
			for (const number of ['9007199254740993', '12345678901234567.89']) {
				await assert.rejects(query(options, `select ${number}::numeric as v`), (error) => {
					assert.ok(error.message.startsWith(`Column "v", row 1: a JavaScript number would round ${number}.`));
					return true;
				});
			}
		});
	});

	test('an empty result has typed columns', async () => {
		const { rows, types } = await query(options, "select a, now() as d, true as b, 'x' as s, 1.5 as m from t where false");
		assert.deepEqual(rows, []);
		assert.deepEqual(types, { a: 'number', d: 'date', b: 'boolean', s: 'string', m: 'number' });
	});

	test("%, :name and ::casts are the database's business", async () => {
		assert.deepEqual(await row(options, "select '50%' as a, '%s %(x)s' as b, ':name' as c, 1::int as d where 'ab' like 'a%';"), {
			a: '50%',
			b: '%s %(x)s',
			c: ':name',
			d: 1
		});
	});

	test("a syntax error comes in the database's words, with its position", async () => {
		await assert.rejects(query(options, 'select 1,\n  2 as b form t'), {
			message: 'syntax error at or near "form"\nLINE 2:   2 as b form t\n                 ^'
		});
	});

	test('300,000 rows come through', async () => {
		const { rows } = await query(options, 'select i, (i * 1.01)::numeric(18,2) as m from generate_series(1, 300000) i', 5000);
		assert.equal(rows.length, 300000);
		assert.equal(rows.reduce((sum, { i }) => sum + i, 0), (300000 * 300001) / 2);
		assert.ok(rows.every(({ i, m }) => m === Number((i * 1.01).toFixed(2))));
	});

	test('a connection that the server ends mid-stream is an error', async () => {
		const { rows } = await open(options, 'select pg_backend_pid() as pid, i from generate_series(1, 100000) i', 100);
		await assert.rejects(async () => {
			for await (const [{ pid }] of rows()) {
				await query(options, `select pg_terminate_backend(${pid}) as ended`);
				await sleep(50);
			}
		}, /terminating connection due to administrator command/);
		assert.deepEqual(await row(options, 'select 1 as a'), { a: 1 });
	});

	describe('read-only', () => {
		const attempts = [
			'delete from t',
			'with gone as (delete from t returning a) select * from gone',
			'set transaction read write; delete from t',
			'commit; begin read write; delete from t; commit',
			'select 1; commit; begin read write; delete from t; commit',
			'select * from t for update',
			"select nextval('s')",
			"select set_config('transaction_read_only', 'off', false)"
		];
		for (const driver of ['psycopg', 'psycopg2']) {
			const missing = !canImport(driver) && `no ${driver}`;
			for (const sql of attempts) {
				test(`${driver} refuses ${sql}`, { skip: missing }, async () => {
					const url = options.url.replace('+psycopg:', `+${driver}:`);
					await assert.rejects(query({ url }, sql));
					assert.deepEqual((await query(options, 'select * from t')).rows, [{ a: 1 }]);
				});
			}
		}

		test('a function may write when readOnly is off', async () => {
			await row({ ...options, readOnly: false }, "select nextval('s') as v");
			await row({ ...options, readOnly: 'false' }, "select setval('s', 41) as v");
			assert.deepEqual(await row({ ...options, readOnly: false }, "select nextval('s') as v"), { v: 42 });
		});
	});
});
