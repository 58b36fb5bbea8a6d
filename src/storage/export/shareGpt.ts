import { dialoguesOf, type Dialogue, type DialogueTurn } from '../../record/dialogueSet.ts';
import type { Episode } from '../../record/episode.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { Trace } from '../../record/trace.ts';
import { trainedDialogues } from './seatDialogue.ts';

/** Name of the data file that `shareGptInfo` points to. */
export const SHARE_GPT_FILE = 'parley_epo.json';

/**
 * Dialogues with turn scores as the authors of EPO train on them (a fork of LLaMA-Factory): a list of `conversations` that
 * alternate between `human` and `gpt`. `score` is what that trainer multiplies a turn's log-probs with, as text: the
 * discounted return divided by the dialogue's largest (arXiv 2502.12486, eq. 4), as the authors' preprocessing writes it.
 * `parley`, which other readers pass over, is the dialogue as JSON: what the lab needs to learn from the file again.
 */
export function shareGpt(episodes: readonly Episode[], traces: readonly Trace[]): string {
  const whole = new Map(dialoguesOf(episodes, traces).map((dialogue) => [dialogue.dialogueId, dialogue]));
  const dialogues = trainedDialogues(episodes).map(({ episode, seat, exchanges }) => {
    const largest = Math.max(...exchanges.map(({ turn }) => Math.abs(turn.returnToGo)));
    const own = whole.get(episode.episodeId);
    return {
      conversations: exchanges.flatMap(({ told, strategy, turn }) => [
        { from: 'human', value: told },
        { from: 'gpt', value: strategy, score: String(largest === 0 ? 0 : turn.returnToGo / largest) },
      ]),
      ...(own?.learnedSeats.includes(seat) && { parley: JSON.stringify(sideOf(own, seat)) }),
    };
  });
  return `${JSON.stringify(dialogues, null, 1)}\n`;
}

/** One seat's half: what the other one planned is not for its file. */
function sideOf(dialogue: Dialogue, seat: SeatIndex): Dialogue {
  const turns = dialogue.turns.map((turn): DialogueTurn => {
    if (turn.seat === seat) return turn;
    const { board, utterance, action, rating } = turn;
    return { seat: turn.seat, board, strategy: null, isReadable: null, utterance, action, score: null, rating };
  });
  return { ...dialogue, learnedSeats: [seat], turns };
}

/** `dataset_info.json` beside it. */
export function shareGptInfo(): string {
  const entry = { file_name: SHARE_GPT_FILE, formatting: 'sharegpt', columns: { messages: 'conversations' } };
  return `${JSON.stringify({ parley_epo: entry }, null, 1)}\n`;
}
