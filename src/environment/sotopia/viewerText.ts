import { oneLine } from '../../base/oneLine.ts';
import type { SeatIndex } from '../../record/scenario.ts';

const PARAGRAPH = /<p\s+viewer\s*=\s*["']([^"']*)["']\s*>([\s\S]*?)<\/p>/giu;
const GOAL_TAG = /<\/?(?:extra_info|clarification_hint|strategy_hint)>/giu;
const LONGEST_TEXT = 4000;

/**
 * A text of a profile as the seat reads it: paragraphs for another viewer are left out (`agent_0`, `agent_1`; `environment`
 * is nobody at the table), goal tags give way to what stands in them.
 */
export function viewerText(text: string, viewer: SeatIndex): string {
  const own = text.replace(PARAGRAPH, (_, of: string, inner: string) =>
    of === `agent_${viewer}` ? ` ${inner} ` : ' ',
  );
  return oneLine(own.replace(GOAL_TAG, ''), LONGEST_TEXT);
}
