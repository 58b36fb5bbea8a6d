import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { resolve } from 'node:path';

/**
 * `node tools/chat-server/withServer.mjs MODEL_FOLDER COMMAND …`: serves a model by `transformers serve`, an independent
 * server that speaks the OpenAI chat protocol, runs the command with `PARLEY_CHAT_SERVER` (the base address) and
 * `PARLEY_CHAT_MODEL` set, stops the server, and exits as the command did.
 */
const [folder, command, ...words] = process.argv.slice(2);
if (!folder || !command) {
  console.error('usage: node tools/chat-server/withServer.mjs MODEL_FOLDER COMMAND …');
  process.exit(2);
}
const model = resolve(folder);
const python = resolve(process.env.PARLEY_PYTHON ?? 'tools/.venv/bin/python');
const PATIENCE_MS = 120_000;

const port = await freePort();
// The command as `transformers serve` runs it; a virtual environment that was moved has no working script for it.
const main = 'import sys; from transformers.cli.transformers import main; sys.exit(main())';
const options = [
  '--host',
  '127.0.0.1',
  '--port',
  String(port),
  '--device',
  'cpu',
  '--default-seed',
  '1',
  '--enable-cors',
];
const server = spawn(python, ['-c', main, 'serve', model, ...options], {
  stdio: ['ignore', 'ignore', 'pipe'],
  // Nothing is to be looked for on a hub.
  env: { ...process.env, HF_HUB_OFFLINE: '1', OMP_NUM_THREADS: '1' },
});
let log = '';
server.stderr.on('data', (text) => (log = (log + text).slice(-4000)));
server.on('exit', (code) => {
  if (code !== null && code !== 0) console.error(`transformers serve ended with ${code}:\n${log}`);
});

const status = (await isHealthy()) ? await run() : 1;
server.kill();
process.exit(status);

async function isHealthy() {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end && server.exitCode === null;) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (answer?.ok) return true;
    await new Promise((resume) => setTimeout(resume, 250));
  }
  console.error(`transformers serve did not come up:\n${log}`);
  return false;
}

function run() {
  const child = spawn(command, words, {
    stdio: 'inherit',
    env: { ...process.env, PARLEY_CHAT_SERVER: `http://127.0.0.1:${port}/v1`, PARLEY_CHAT_MODEL: model },
    shell: process.platform === 'win32',
  });
  return new Promise((done) => child.on('exit', (code) => done(code ?? 1)));
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => done(free));
    });
  });
}
