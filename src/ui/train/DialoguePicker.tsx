import { Button } from 'react-aria-components';
import type { LiveDialogue } from '../runState.ts';
import { formatPoints, playersOf } from '../dialogue/seats.ts';

interface DialoguePickerProps {
  readonly dialogues: readonly LiveDialogue[];
  readonly picked: PickedDialogue;
  onPick(picked: PickedDialogue): void;
}

/** A position among the streamed dialogues, or all of them. */
export type PickedDialogue = number | 'all';

/** One button per streamed dialogue: its points, or how many turns it has so far; and one for all of them. */
export function DialoguePicker({ dialogues, picked, onPick }: DialoguePickerProps) {
  if (dialogues.length < 2) return null;
  return (
    <div className="picker" role="group" aria-label="Streamed dialogues">
      {dialogues.map((dialogue, index) => (
        <Button
          key={dialogue.episodeId}
          className="picker-item"
          aria-pressed={index === picked}
          aria-label={`Dialogue ${index + 1}: ${describeState(dialogue)}`}
          onPress={() => onPick(index)}
        >
          <span>{index + 1}</span>
          {describeState(dialogue)}
        </Button>
      ))}
      <Button
        className="picker-item"
        data-testid="all-dialogues"
        aria-pressed={picked === 'all'}
        onPress={() => onPick('all')}
      >
        Side by side
      </Button>
    </div>
  );
}

function describeState({ scenario, ending, turns }: LiveDialogue): string {
  if (ending)
    return playersOf(scenario)
      .map((seat) => formatPoints(ending.points[seat]))
      .join(' / ');
  return turns.length === 1 ? '1 turn…' : `${turns.length} turns…`;
}
