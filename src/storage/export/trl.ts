import type { Episode } from '../../record/episode.ts';
import { chatMessages, jsonLines, trainedDialogues } from './seatDialogue.ts';

/** JSONL as Hugging Face TRL reads it (its documentation, "Dataset formats and types"). */

/** Prompt-only, conversational: one line per decision, for GRPO and RLOO. */
export function trlPrompts(episodes: readonly Episode[]): string {
  return jsonLines(
    trainedDialogues(episodes).flatMap(({ exchanges }) =>
      exchanges.map((_, index) => ({ prompt: chatMessages(exchanges.slice(0, index + 1)).slice(0, -1) })),
    ),
  );
}

/** Language modelling, conversational: one line per dialogue, for supervised training. */
export function trlMessages(episodes: readonly Episode[]): string {
  return jsonLines(trainedDialogues(episodes).map(({ exchanges }) => ({ messages: chatMessages(exchanges) })));
}

/**
 * Stepwise supervision, for process reward models: the strategies of a dialogue as steps. TRL's labels are true or false: a
 * step is good when its advantage, or where none was computed its reward, is above zero.
 */
export function trlStepwise(episodes: readonly Episode[]): string {
  return jsonLines(
    trainedDialogues(episodes).map(({ exchanges }) => ({
      prompt: exchanges[0]?.told ?? '',
      completions: exchanges.map(({ strategy }) => strategy),
      labels: exchanges.map(({ turn }) => (turn.advantage ?? turn.reward) > 0),
    })),
  );
}
