import { useMemo } from 'react';
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';
import { parseStrategy } from '../../environment/negotiation/strategyText.ts';
import { Icon } from '../parts/Icon.tsx';
import { strategyTexts } from './strategyTexts.ts';
import { LONGEST_STRATEGY, scenarioOf, type TalkSettings } from './talkSettings.ts';

interface AdviceFieldProps {
  readonly settings: TalkSettings;
  onChange(changes: Partial<TalkSettings>): void;
}

/** The strategy of the advised answer: typed, picked from the game's own, or left to the model. */
export function AdviceField({ settings: { seed, strategy }, onChange }: AdviceFieldProps) {
  const items = useMemo(() => strategyTexts(scenarioOf({ seed }), seed).map((text) => ({ id: text, text })), [seed]);
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
        {describe(strategy)}
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

function describe(strategy: string): string {
  if (strategy.trim() === '') return 'Type one, or pick one from the list.';
  return parseStrategy(strategy)
    ? 'A strategy of the game. Empty the field to hear the model’s own.'
    : 'Not in the game’s language: the model may not know what to do with it.';
}
