// What the tests share: a scratch directory, the interpreter, and running a query to its end.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRunner } from '../index.js';

export const PYTHON = process.env.EVIDENCE_SQLALCHEMY_PYTHON || 'python3';
export const PLUGIN = new URL('../index.js', import.meta.url).href;

/** A directory of its own for each test file, gone when the file has run. */
export const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'evidence-sqlalchemy-')));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

/** Runs Python code in the scratch directory; fails with what it printed. */
export function python(code) {
	const { status, stdout, stderr, error } = spawnSync(PYTHON, ['-c', code], { cwd: directory, encoding: 'utf8' });
	if (status !== 0) throw error ?? new Error(stderr);
	return stdout.trim();
}

export function canImport(module) {
	return spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0;
}

/** Starts a query over the plugin. */
export async function open(options, sql, batchSize = 1000) {
	const run = await getRunner({ python: PYTHON, ...options }, directory);
	return run(sql, path.join(directory, 'query.sql'), batchSize);
}

/** Runs a query to its end. */
export async function query(options, sql, batchSize) {
	const { rows, columnTypes } = await open(options, sql, batchSize);
	const all = [];
	for await (const batch of rows()) all.push(...batch);
	return {
		rows: all,
		types: Object.fromEntries(columnTypes.map((column) => [column.name, column.evidenceType])),
		columnTypes
	};
}

/** The rows of a query that gives one. */
export async function row(options, sql) {
	const { rows } = await query(options, sql);
	return rows[0];
}

/** An executable in the scratch directory that runs the interpreter after some shell, and notes its process id. */
export function interpreter(name, shell = '', flags = '') {
	const file = path.join(directory, name);
	const pidFile = `${file}.pid`;
	writeFileSync(file, `#!/bin/sh\necho $$ > '${pidFile}'\n${shell}\nexec '${python('import sys; print(sys.executable)')}' ${flags} "$@"\n`);
	chmodSync(file, 0o755);
	return { python: file, pid: () => Number(readFileSync(pidFile, 'utf8')) };
}

export function isRunning(pid) {
	try {
		process.kill(pid, 0);
	} catch {
		return false;
	}
	// killed, but not yet waited for by its parent
	return !/^State:\s+Z/m.test(procStatus(pid));
}

function procStatus(pid) {
	try {
		return readFileSync(`/proc/${pid}/status`, 'utf8');
	} catch {
		return '';
	}
}

/** The largest resident size that a process has had, in MB; undefined where there is no /proc. */
export function peakMegabytes(pid) {
	const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(procStatus(pid)) ?? [];
	return kilobytes && Number(kilobytes) / 1024;
}

export async function until(condition, what, milliseconds = 10_000) {
	const deadline = Date.now() + milliseconds;
	while (!condition()) {
		if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
		await sleep(50);
	}
}
