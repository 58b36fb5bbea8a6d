import type { RunEvent } from '../record/runEvent.ts';

/** A hidden tab draws no frames; its store still follows the run. */
const HIDDEN_TAB_MS = 250;

/**
 * Collects news until the next frame, so that any number of messages costs one rendering.
 * Returns the function that takes them.
 */
export function queuePerFrame(
  deliver: (runId: string, events: readonly RunEvent[]) => void,
): (runId: string, events: readonly RunEvent[]) => void {
  let waiting: { readonly runId: string; readonly events: RunEvent[] }[] = [];
  const flush = () => {
    const due = waiting;
    waiting = [];
    for (const { runId, events } of due) deliver(runId, events);
  };
  return (runId, events) => {
    if (waiting.length === 0) {
      if (document.visibilityState === 'visible') requestAnimationFrame(flush);
      else setTimeout(flush, HIDDEN_TAB_MS);
    }
    const last = waiting.at(-1);
    if (last?.runId === runId) last.events.push(...events);
    else waiting.push({ runId, events: [...events] });
  };
}
