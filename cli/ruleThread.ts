import { Worker } from 'node:worker_threads';
import { systemTimer } from '../src/base/timer.ts';
import { createSandbox } from '../src/reward/ruleSandbox.ts';
import { pointsByRule, type RuleThread } from '../src/reward/userRule.ts';
import type { AskRule } from '../src/training/rulePoints.ts';

/** What a rule may use at most; one that wants more is broken off. */
const HEAP_MEGABYTES = 256;

/** `workers/rule.worker.ts` for Node: the same sandbox, another way to send. `require` is gone once the door is shut. */
const CODE = `
(() => {
  const { parentPort } = require('node:worker_threads');
  const reply = parentPort.postMessage.bind(parentPort);
  const { lockDown, runRule } = (${createSandbox.toString()})();
  parentPort.on('message', ({ source, dialogues }) => {
    try {
      reply(runRule(source, dialogues));
    } catch {
      reply({ kind: 'failed', reason: 'what the rule returned is not plain data' });
    }
  });
  lockDown(globalThis);
})();
`;

/** A rule's thread in Node. It gets no environment, no arguments and no terminal. */
export function startRuleThread(): RuleThread {
  const worker = new Worker(CODE, {
    eval: true,
    env: {},
    argv: [],
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
  });
  return {
    ask(request, onReply, onBreak) {
      worker.on('message', onReply);
      worker.on('error', (error) => onBreak(error.message));
      worker.postMessage(request);
    },
    stop: () => void worker.terminate(),
  };
}

/** Scores dialogues by the rule of their scenario's author. */
export const askRule: AskRule = (source, dialogues, signal) =>
  pointsByRule(source, dialogues, { startThread: startRuleThread, timer: systemTimer, signal });
