import { useMemo, useState, type ReactNode, type SyntheticEvent } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { AnyLessons } from '../../environment/registry.ts';
import type { Scenario } from '../../record/scenario.ts';
import { describeAction } from '../dialogue/describeAction.ts';
import { suggestPhrases } from './gameWords.ts';
import { ReadingLine } from './ReadingLine.tsx';

interface ComposerProps {
  readonly lessons: AnyLessons;
  readonly scenario: Scenario;
  /** Where the talk stands, if it is the person's turn; null while the model has the word. */
  readonly turn: { readonly state: unknown } | null;
  readonly seed: number;
  readonly isEngineReady: boolean;
  /** What happens while it is not the person's turn. */
  readonly waitingText?: string;
  /** Whether phrases are offered; where all actions are listed elsewhere, they would say the same again. */
  readonly offersPhrases?: boolean;
  /** Beside the phrases. */
  readonly tools?: ReactNode;
  onSpeak(utterance: string): void;
}

const LONGEST_UTTERANCE = 160;

/** The person's words, how the game reads them, and phrases that the model was raised on. */
export function Composer({
  lessons,
  scenario,
  turn,
  seed,
  isEngineReady,
  waitingText = 'Both answers are being written.',
  offersPhrases = true,
  tools,
  onSpeak,
}: ComposerProps) {
  const [text, setText] = useState('');
  const words = text.trim();
  const action = turn && words !== '' ? lessons.environment.readAction(turn.state, words) : null;
  const phrases = useMemo(
    () => (turn && offersPhrases ? suggestPhrases(lessons, turn.state, seed) : []),
    [lessons, turn, seed, offersPhrases],
  );
  const canSpeak = action !== null && isEngineReady;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!canSpeak) return;
    onSpeak(words);
    setText('');
  };
  return (
    <form className="talk-foot" onSubmit={submit}>
      <div className="talk-phrases" role="group" aria-label="Phrases that the model knows">
        {phrases.map((phrase) => (
          <Button key={phrase} className="picker-item" onPress={() => setText(phrase)}>
            {phrase}
          </Button>
        ))}
        {tools}
      </div>
      <div className="talk-say">
        <TextField value={text} onChange={setText} maxLength={LONGEST_UTTERANCE} autoComplete="off">
          <Label className="visually-hidden">Your words</Label>
          <Input className="input" data-testid="talk-input" placeholder={turn ? 'Say something' : waitingText} />
        </TextField>
        <Button className="button primary" type="submit" data-testid="talk-send" isDisabled={!canSpeak}>
          Say it
        </Button>
      </div>
      <div className="talk-preview" data-testid="talk-preview" aria-live="polite">
        {action ? (
          <ReadingLine action={describeAction(action, scenario)} />
        ) : (
          <p className="talk-reading">{isEngineReady ? (turn ? HINT : waitingText) : 'Loading the model…'}</p>
        )}
      </div>
    </form>
  );
}

const HINT = 'How the game reads your words will stand here.';
