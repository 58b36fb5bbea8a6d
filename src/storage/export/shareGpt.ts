import type { Episode } from '../../record/episode.ts';
import { trainedDialogues } from './seatDialogue.ts';

/** Name of the data file that `shareGptInfo` points to. */
export const SHARE_GPT_FILE = 'parley_epo.json';

/**
 * Dialogues with turn scores as the authors of EPO train on them (a fork of LLaMA-Factory): a list of `conversations` that
 * alternate between `human` and `gpt`; each `gpt` entry has its turn's reward as text in `score`.
 */
export function shareGpt(episodes: readonly Episode[]): string {
  const dialogues = trainedDialogues(episodes).map(({ exchanges }) => ({
    conversations: exchanges.flatMap(({ told, strategy, turn }) => [
      { from: 'human', value: told },
      { from: 'gpt', value: strategy, score: String(turn.reward) },
    ]),
  }));
  return `${JSON.stringify(dialogues, null, 1)}\n`;
}

/** `dataset_info.json` beside it. */
export function shareGptInfo(): string {
  const entry = { file_name: SHARE_GPT_FILE, formatting: 'sharegpt', columns: { messages: 'conversations' } };
  return `${JSON.stringify({ parley_epo: entry }, null, 1)}\n`;
}
