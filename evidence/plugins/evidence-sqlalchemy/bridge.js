import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('bridge.py', import.meta.url));

// Enough of what Python printed to explain why it ended
const REMEMBERED_OUTPUT = 2000;

/**
 * The Python process of one data source. Requests are answered in the order they are made; bridge.py describes them.
 * The process ends when its standard input does, that is with this process, however this one ends.
 */
export class Bridge {
	/** Why the process has ended, once it has. @type {Error | null} */
	ended = null;

	#python;
	#process;
	#output = '';
	/** @type {{ resolve: (reply: any) => void, reject: (error: Error) => void }[]} */
	#waiting = [];

	/**
	 * @param {string} python the interpreter
	 * @param {string} directory the process's working directory: relative paths in a URL start there
	 * @param {object} settings the first line that bridge.py reads
	 */
	constructor(python, directory, settings) {
		this.#python = python;
		this.#process = spawn(python, [PROGRAM], { cwd: directory, stdio: 'pipe', windowsHide: true });
		this.#process.on('error', (error) => this.#end(this.#spawnError(error)));
		this.#process.on('close', (code, signal) => this.#end(this.#exitError(code, signal)));

		const { stdin, stdout, stderr } = this.#process;
		// Writing to a process that has just ended fails; 'close' then says why
		stdin.on('error', () => {});
		stderr.setEncoding('utf8').on('data', (text) => {
			this.#output = (this.#output + text).slice(-REMEMBERED_OUTPUT);
		});
		createInterface({ input: stdout, crlfDelay: Infinity }).on('line', (line) => this.#receive(line));

		// Only an unanswered request keeps Node running, see #wait
		for (const handle of [this.#process, stdin, stdout, stderr]) handle.unref?.();
		stdin.write(JSON.stringify(settings) + '\n');
	}

	/**
	 * @param {{ do: string, [argument: string]: unknown }} message
	 * @returns {Promise<any>} the reply
	 */
	async request(message) {
		if (this.ended) throw this.ended;
		const reply = await new Promise((resolve, reject) => {
			this.#waiting.push({ resolve, reject });
			this.#process.ref();
			this.#process.stdin.write(JSON.stringify(message) + '\n');
		});
		if (reply.error !== undefined) throw new Error(reply.error);
		return reply;
	}

	#receive(line) {
		// bridge.py keeps drivers from printing here, but what Python's start-up files print comes before it
		if (!line.startsWith('{')) return;
		this.#waiting.shift()?.resolve(JSON.parse(line));
		if (!this.#waiting.length) this.#process.unref();
	}

	#end(error) {
		this.ended ??= error;
		for (const { reject } of this.#waiting.splice(0)) reject(this.ended);
	}

	#spawnError(error) {
		const advice = 'Set the option python or the environment variable EVIDENCE_SQLALCHEMY_PYTHON.';
		return error.code === 'ENOENT'
			? new Error(`The Python interpreter "${this.#python}" was not found. ${advice}`)
			: new Error(`The Python interpreter "${this.#python}" cannot be started: ${error.message}. ${advice}`);
	}

	#exitError(code, signal) {
		const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
		return new Error(`The Python process ${how}. ${this.#output}`.trim());
	}
}
