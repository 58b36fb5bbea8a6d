import { createSandbox } from '../src/reward/ruleSandbox.ts';
import type { RuleRequest } from '../src/reward/userRule.ts';

/** Answers one kind of question, with nothing else left in the thread: what it needs is taken before the door is shut. */
const reply = self.postMessage.bind(self);
const { lockDown, runRule } = createSandbox();

self.addEventListener('message', ({ data }: MessageEvent<RuleRequest>) => {
  try {
    reply(runRule(data.source, data.dialogues));
  } catch {
    reply({ kind: 'failed', reason: 'what the rule returned is not plain data' });
  }
});
lockDown(self);
