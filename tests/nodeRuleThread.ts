import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';
import type { RuleThread } from '../src/reward/userRule.ts';

const SANDBOX = new URL('../src/reward/ruleSandbox.ts', import.meta.url);

/** `workers/rule.worker.ts` for Node: the same sandbox, another way to send. */
const GLUE = `
const { parentPort } = require('node:worker_threads');
const reply = parentPort.postMessage.bind(parentPort);
parentPort.on('message', ({ source, dialogues }) => {
  try {
    reply(runRule(source, dialogues));
  } catch {
    reply({ kind: 'failed', reason: 'what the rule returned is not plain data' });
  }
});
lockDown(globalThis);
`;

let code: string | undefined;

export function startNodeRuleThread(): RuleThread {
  code ??= `const exports = {};\n${ts.transpileModule(readFileSync(SANDBOX, 'utf8'), { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } }).outputText}\n${GLUE}`;
  const worker = new Worker(`(() => {${code}})();`, { eval: true });
  return {
    ask(request, onReply, onBreak) {
      worker.on('message', onReply);
      worker.on('error', (error) => onBreak(error.message));
      worker.postMessage(request);
    },
    stop: () => void worker.terminate(),
  };
}
