import type { RuleThread } from '../src/reward/userRule.ts';

/** A rule's thread in the browser, on the page or in a worker. Its script comes from a file, so that it may compile text. */
export function startRuleThread(): RuleThread {
  const worker = new Worker(new URL('./rule.worker.ts', import.meta.url), { type: 'module', name: 'rule' });
  return {
    ask(request, onReply, onBreak) {
      worker.onmessage = ({ data }: MessageEvent<unknown>) => onReply(data);
      worker.onerror = ({ message }) => onBreak(message || 'its thread could not be started');
      worker.postMessage(request);
    },
    stop: () => worker.terminate(),
  };
}
