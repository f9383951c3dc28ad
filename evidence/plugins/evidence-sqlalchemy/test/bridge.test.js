// The Python process: its life, its messages and its memory, whatever the database.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import * as plugin from '../index.js';
import { PLUGIN, PYTHON, directory, interpreter, isRunning, open, peakMegabytes, python, query, row, until } from './harness.js';

const memory = { url: 'duckdb:///:memory:' };
const testConnection = (options) => plugin.testConnection({ python: PYTHON, ...options }, directory);

/** The code of a Node program that uses the plugin like Evidence does. */
const program = (options, body) => `
	import { getRunner } from ${JSON.stringify(PLUGIN)};
	const run = await getRunner(${JSON.stringify(options)}, ${JSON.stringify(directory)});
	${body}`;

describe('the plugin', () => {
	test('is what Evidence expects', async () => {
		const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)));
		assert.deepEqual(manifest.evidence.datasources, ['sqlalchemy']);
		assert.equal(manifest.main, 'index.js');
		assert.equal(plugin.options.url.secret, true);
		assert.equal(plugin.options.readOnly.default, true);
		const run = await plugin.getRunner({ ...memory, python: PYTHON }, directory);
		assert.equal(await run('anything', 'notes.md', 10), null);
	});

	test('testConnection is true for a database that answers', async () => {
		assert.equal(await testConnection(memory), true);
	});

	test('options come as text from environment variables', async () => {
		await assert.rejects(query({ ...memory, readOnly: 'no' }, 'select 1'), /option readOnly must be true or false, not "no"/);
		assert.deepEqual(await row({ ...memory, readOnly: 'true' }, 'select 1 as a'), { a: 1 });
	});

	test('a relative path starts at the source directory', async () => {
		mkdirSync(path.join(directory, 'below'));
		python("import duckdb; duckdb.connect('below/x.duckdb').execute('create table t as select 7 as a')");
		const run = await plugin.getRunner({ url: 'duckdb:///../below/x.duckdb', python: PYTHON }, path.join(directory, 'below'));
		const { rows } = await run('select * from t', 'a.sql', 10);
		for await (const batch of rows()) assert.deepEqual(batch, [{ a: 7 }]);
		interpreter('below/python');
		const there = await plugin.getRunner({ ...memory, python: './python' }, path.join(directory, 'below'));
		await there('select 1', 'a.sql', 10);
	});
});

describe('one clear message for', () => {
	const cases = [
		['no url', {}, /^The option url is missing/],
		['a url that is none', { url: 'mydb s3cret' }, /^The option url is not a SQLAlchemy URL; expected/],
		['a url with a wrong port', { url: 'postgresql://u:s3cret@host:port/db' }, /^The option url is not a SQLAlchemy URL/],
		['an unknown dialect', { url: 'nosuchdb://u:s3cret@host/db' }, /dialect of nosuchdb:\/\/ is not installed for .*: no module named nosuchdb/],
		['a missing driver', { url: 'mssql+pymssql://u:s3cret@host/db' }, /driver of mssql\+pymssql:\/\/ is not installed for .*: pip install 'pymssql'/],
		['an asynchronous driver', { url: 'sqlite+aiosqlite:///x.db' }, /aiosqlite:\/\/ (is an asynchronous driver|is not installed)/],
		['a missing file', { url: 'duckdb:///absent.duckdb' }, /absent\.duckdb.*does not exist/],
		['a missing interpreter', { ...memory, python: 'no-such-python' }, /interpreter "no-such-python" was not found\. Set the option python/]
	];
	// a driver that cannot be installed on top of the tests' Python
	writeFileSync(path.join(directory, 'pymssql.py'), 'raise ModuleNotFoundError("No module named \'pymssql\'", name="pymssql")\n');
	for (const [what, options, message] of cases) {
		test(what, async () => {
			const patched = interpreter('patched', `export PYTHONPATH='${directory}'`);
			const { reason } = await testConnection({ python: patched.python, ...options });
			assert.match(reason, message);
			assert.doesNotMatch(reason, /s3cret|Traceback/);
		});
	}

	test('a Python without SQLAlchemy', async () => {
		const bare = interpreter('bare', '', '-S -E');
		const { reason } = await testConnection({ ...memory, python: bare.python });
		assert.match(reason, /^SQLAlchemy is not installed for .*: pip install sqlalchemy$/);
	});

	test('a Python that ends at once', async () => {
		const broken = interpreter('broken', 'echo "no libpython here" >&2; exit 127');
		const { reason } = await testConnection({ ...memory, python: broken.python });
		assert.equal(reason, 'The Python process ended with exit code 127. no libpython here');
	});

	test('a driver that prints the password', async () => {
		const folder = path.join(directory, 'leaky');
		mkdirSync(folder);
		writeFileSync(
			path.join(folder, 'pymssql.py'),
			`__version__, paramstyle, Binary = "2.3.0", "pyformat", bytes
class Error(Exception): pass
def connect(*args, **kwargs):
    raise Error("cannot log in with p@ss-word, p%40ss-word or t0ken")
`
		);
		const leaky = interpreter('leaky-python', `export PYTHONPATH='${folder}'`);
		const said = async (url) => (await testConnection({ python: leaky.python, url })).reason;
		assert.equal(await said('mssql+pymssql://host/db'), 'cannot log in with p@ss-word, p%40ss-word or t0ken');
		assert.equal(await said('mssql+pymssql://u:p%40ss-word@host/db'), 'cannot log in with ***, *** or t0ken');
		assert.equal(await said('mssql+pymssql://host/db?access_token=t0ken'), 'cannot log in with p@ss-word, p%40ss-word or ***');
		// not encoded, so that SQLAlchemy takes the rest of the password for the host
		assert.doesNotMatch(await said('mssql+pymssql://u:p@ss-word@host/db'), /ss-word/);
	});
});

describe('the Python process', () => {
	test('is one for all queries of a source', async () => {
		const counted = interpreter('counted', `echo started >> '${directory}/starts'`);
		for (let i = 0; i < 3; i++) await query({ ...memory, python: counted.python }, 'select 1');
		assert.equal(readFileSync(path.join(directory, 'starts'), 'utf8'), 'started\n');
	});

	test('may print, at start and in a driver', async () => {
		const folder = path.join(directory, 'noise');
		mkdirSync(folder);
		writeFileSync(
			path.join(folder, 'sitecustomize.py'),
			`import os
from sqlite3 import dbapi2
print("noise at start", flush=True)
def connect(*args, connect=dbapi2.connect, **kwargs):
    print("noise in a driver", flush=True)
    os.write(1, b'{"rows": "noise"}\\n')
    open("noise/read", "wb").write(os.read(0, 1) + b"nothing to read")
    return connect(*args, **kwargs)
dbapi2.connect = connect
`
		);
		const noisy = interpreter('noisy', `export PYTHONPATH='${folder}'`);
		assert.deepEqual(await row({ url: 'sqlite://', python: noisy.python }, 'select 1 as a'), { a: 1 });
		assert.equal(readFileSync(path.join(folder, 'read'), 'utf8'), 'nothing to read');
	});

	test('serves queries that overlap, read and unread', async () => {
		const count = 4000;
		await open(memory, 'select * from range(100000)', 10); // nobody reads this one
		const stopped = await open(memory, 'select * from range(100000)', 10);
		for await (const batch of stopped.rows()) {
			assert.equal(batch.length, 10);
			break;
		}
		const results = await Promise.all(
			[1, 2, 3, 4, 5].map((factor) => query(memory, `select i * ${factor} as v from range(${count}) t(i)`, 100 * factor))
		);
		results.forEach(({ rows }, at) => {
			assert.deepEqual(rows, Array.from({ length: count }, (_, i) => ({ v: i * (at + 1) })));
		});
		await assert.rejects(query(memory, 'select nothing'), /Binder Error/);
		assert.deepEqual(await row(memory, 'select 1 as a'), { a: 1 });
	});

	test('closes a query that is not read to its end', async () => {
		const { rows } = await open({ url: 'duckdb:///left.duckdb', readOnly: false }, 'select * from range(100000)', 10);
		for await (const batch of rows()) {
			assert.equal(batch.length, 10);
			break;
		}
		python("import duckdb; duckdb.connect('left.duckdb')"); // fails while another process has the file open
	});

	test('killed mid-stream is an error, and the next query starts another', async () => {
		const mortal = interpreter('mortal');
		const options = { ...memory, python: mortal.python };
		const { rows } = await open(options, 'select * from range(1000000)');
		const killed = mortal.pid();
		await assert.rejects(async () => {
			for await (const batch of rows()) {
				assert.equal(batch.length, 1000);
				process.kill(killed, 'SIGKILL');
				await until(() => !isRunning(killed), 'Python is killed');
			}
		}, /^Error: The Python process was ended by SIGKILL\./);
		assert.deepEqual(await row(options, 'select 1 as a'), { a: 1 });
		assert.notEqual(mortal.pid(), killed);
	});

	test('killed during a query is an error', async () => {
		const mortal = interpreter('mortal-too');
		const options = { ...memory, python: mortal.python };
		await row(options, 'select 1');
		const running = query(options, 'select count(*) from range(10000000000) a, range(1000) b');
		process.kill(mortal.pid(), 'SIGKILL');
		await assert.rejects(running, /ended by SIGKILL/);
	});

	test('does not keep Node running', () => {
		const body = "await run('select * from range(100000)', 'a.sql', 10); console.log('done');";
		const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program({ ...memory, python: PYTHON }, body)], {
			encoding: 'utf8',
			timeout: 20_000
		});
		assert.equal(stdout, 'done\n');
		assert.equal(status, 0);
	});

	for (const [how, sql] of [
		['while it waits', 'select 1 as a'],
		['in the middle of a query', 'select count(*) from range(10000000000) a, range(1000) b']
	]) {
		test(`ends when Node is killed ${how}`, async () => {
			const orphan = interpreter(`orphan-${how.split(' ').at(-1)}`);
			const body = `
				await run('select 1', 'a.sql', 10);
				console.log('started');
				run(${JSON.stringify(sql)}, 'a.sql', 10);
				setInterval(() => {}, 1000);`;
			const parent = spawn(process.execPath, ['--input-type=module', '-e', program({ ...memory, python: orphan.python }, body)]);
			await new Promise((resolve) => parent.stdout.once('data', resolve));
			assert.ok(isRunning(orphan.pid()));
			parent.kill('SIGKILL');
			await until(() => !isRunning(orphan.pid()), 'Python has ended');
		});
	}
});

describe('300,000 rows of a thousand characters', () => {
	test('stay out of memory, in Node and in Python', async () => {
		const measured = interpreter('measured');
		// 300 MB; a Node of 48 MB of heap that held them would abort
		const body = `
			const { rows } = await run("select i, repeat(chr(97 + (i % 26)::int), 1000) as s from range(300000) t(i)", 'a.sql', 100000);
			let count = 0, sum = 0, characters = 0;
			for await (const batch of rows()) for (const { i, s } of batch) {
				count++;
				sum += i;
				if (s === String.fromCharCode(97 + (i % 26)).repeat(1000)) characters += s.length;
			}
			console.log(JSON.stringify({ count, sum, characters }));
			process.stdin.once('data', () => process.exit());`;
		const child = spawn(process.execPath, ['--max-old-space-size=48', '--input-type=module', '-e', program({ ...memory, python: measured.python }, body)]);
		const output = await new Promise((resolve, reject) => {
			child.stdout.once('data', resolve);
			child.once('exit', (code, signal) => reject(new Error(`Node ended: ${code ?? signal}`)));
		});
		assert.deepEqual(JSON.parse(output), { count: 300000, sum: (300000 * 299999) / 2, characters: 300_000_000 });
		const peak = peakMegabytes(measured.pid());
		child.stdin.write('done\n');
		if (peak === undefined) return console.warn('No /proc: the memory of Python is not tested');
		assert.ok(peak < 200, `Python grew to ${peak} MB`);
	});
});
