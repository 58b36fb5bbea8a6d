import { useState, type SyntheticEvent } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { dealOrNoDeal } from '../../environment/negotiation/dealOrNoDeal.ts';
import type { NegotiationState } from '../../environment/negotiation/state.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import { describeAction } from './describeAction.ts';
import { ReadingLine } from './ReadingLine.tsx';
import { suggestPhrases } from './suggestPhrases.ts';

interface ComposerProps {
  readonly scenario: Scenario;
  /** The table before the person's turn; null while the model has the word. */
  readonly table: NegotiationState | null;
  readonly personSeat: SeatIndex;
  readonly isEngineReady: boolean;
  onSpeak(utterance: string): void;
}

const LONGEST_UTTERANCE = 160;

/** The person's words, how the game reads them, and phrases that the model was raised on. */
export function Composer({ scenario, table, personSeat, isEngineReady, onSpeak }: ComposerProps) {
  const [text, setText] = useState('');
  const words = text.trim();
  const action = table && words !== '' ? dealOrNoDeal.readAction(table, words) : null;
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
        {table &&
          suggestPhrases(scenario, table, personSeat).map((phrase) => (
            <Button key={phrase} className="picker-item" onPress={() => setText(phrase)}>
              {phrase}
            </Button>
          ))}
      </div>
      <div className="talk-say">
        <TextField value={text} onChange={setText} maxLength={LONGEST_UTTERANCE} autoComplete="off">
          <Label className="visually-hidden">Your words</Label>
          <Input
            className="input"
            data-testid="talk-input"
            placeholder={table ? 'Say something' : 'The model is answering…'}
          />
        </TextField>
        <Button className="button primary" type="submit" data-testid="talk-send" isDisabled={!canSpeak}>
          Say it
        </Button>
      </div>
      <div className="talk-preview" data-testid="talk-preview" aria-live="polite">
        {action ? (
          <ReadingLine action={describeAction(action, scenario, personSeat, personSeat)} />
        ) : (
          <p className="talk-reading">{isEngineReady ? hintFor(table) : 'Loading the model…'}</p>
        )}
      </div>
    </form>
  );
}

function hintFor(table: NegotiationState | null): string {
  return table ? 'How the game reads your words will stand here.' : 'Both answers are being written.';
}
