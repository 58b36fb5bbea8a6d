import { Button } from 'react-aria-components';
import type { LiveDialogue } from '../runState.ts';
import { formatPoints, playersOf } from '../dialogue/seats.ts';

interface DialoguePickerProps {
  readonly dialogues: readonly LiveDialogue[];
  readonly position: number;
  onPick(position: number): void;
}

/** One button per streamed dialogue: its points, or how many turns it has so far. */
export function DialoguePicker({ dialogues, position, onPick }: DialoguePickerProps) {
  if (dialogues.length < 2) return null;
  return (
    <div className="picker" role="group" aria-label="Streamed dialogues">
      {dialogues.map((dialogue, index) => (
        <Button
          key={dialogue.episodeId}
          className="picker-item"
          aria-pressed={index === position}
          aria-label={`Dialogue ${index + 1}: ${describeState(dialogue)}`}
          onPress={() => onPick(index)}
        >
          <span>{index + 1}</span>
          {describeState(dialogue)}
        </Button>
      ))}
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
