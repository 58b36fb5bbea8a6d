import { useMemo } from 'react';
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';
import { lessonsOf } from '../../environment/registry.ts';
import { otherSeat } from '../../record/scenario.ts';
import { Icon } from '../parts/Icon.tsx';
import { isStrategy, strategyTexts } from './gameWords.ts';
import { LONGEST_STRATEGY, seatOf, type TalkSettings } from './talkSettings.ts';

interface AdviceFieldProps {
  readonly settings: TalkSettings;
  /** Where the talk stands: strategies are offered for the model’s next turn. */
  readonly state: unknown;
  onChange(changes: Partial<TalkSettings>): void;
}

/** The strategy of the advised answer: typed, picked from the game's own, or left to the model. */
export function AdviceField({ settings, state, onChange }: AdviceFieldProps) {
  const { environment, seed, strategy } = settings;
  const lessons = lessonsOf(environment);
  const modelSeat = otherSeat(seatOf(settings));
  const items = useMemo(
    () => strategyTexts(lessons, state, modelSeat, seed).map((text) => ({ id: text, text })),
    [lessons, state, modelSeat, seed],
  );
  return (
    <ComboBox
      className="talk-advice"
      allowsCustomValue
      defaultItems={items}
      inputValue={strategy}
      onInputChange={(text) => onChange({ strategy: text.slice(0, LONGEST_STRATEGY) })}
    >
      <Label>Strategy of the second answer</Label>
      <div className="talk-combo">
        <Input className="input" placeholder="the model writes its own" data-testid="talk-strategy" />
        <Button className="button quiet small" aria-label="Show the strategies of the game">
          <Icon name="down" />
        </Button>
      </div>
      <Text slot="description" className="preset-about">
        {describe(strategy, strategy.trim() === '' ? null : isStrategy(lessons, state, strategy))}
      </Text>
      <Popover className="list-popover talk-strategies">
        <ListBox<{ id: string; text: string }>>
          {({ text }) => (
            <ListBoxItem className="option" textValue={text}>
              {text}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

function describe(strategy: string, isOfTheGame: boolean | null): string {
  if (strategy.trim() === '') return 'Type one, or pick one from the list.';
  return isOfTheGame !== false
    ? 'A strategy of the game. Empty the field to hear the model’s own.'
    : 'Not in the game’s language: the model may not know what to do with it.';
}
