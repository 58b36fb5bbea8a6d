import { Input, Label, SearchField, TextField, ToggleButton } from 'react-aria-components';
import { formatAmount } from '../format.ts';
import { Picker } from '../parts/Picker.tsx';
import { Segments } from '../parts/Segments.tsx';
import type { EpisodeFilter, OutcomeFilter } from './episodeFilter.ts';

const OUTCOMES: readonly { readonly id: OutcomeFilter; readonly label: string }[] = [
  { id: 'any', label: 'All' },
  { id: 'deal', label: 'Deal or done' },
  { id: 'pareto', label: 'Pareto' },
  { id: 'no deal', label: 'Neither' },
];

/** No environment has a family without a name. */
const ANY = '*';

interface EpisodeFilterFieldsProps {
  readonly filter: EpisodeFilter;
  /** Of the episodes that were read. */
  readonly families: readonly string[];
  /** Updates after which an alarm rang. */
  readonly alarmCount: number;
  onChange(filter: EpisodeFilter): void;
}

export function EpisodeFilterFields({ filter, families, alarmCount, onChange }: EpisodeFilterFieldsProps) {
  const setPoints = (text: string) => {
    const points = Number(text);
    onChange({ ...filter, pointsAtLeast: text.trim() === '' || Number.isNaN(points) ? null : points });
  };
  return (
    <>
      <SearchField className="filter-text" value={filter.text} onChange={(text) => onChange({ ...filter, text })}>
        <Label className="visually-hidden">Words of a strategy or an utterance</Label>
        <Input className="input" placeholder="Search words…" />
      </SearchField>
      <TextField className="filter-points" defaultValue="" onChange={setPoints}>
        <Label>points ≥</Label>
        <Input className="input" inputMode="numeric" placeholder="0" />
      </TextField>
      <Segments
        label="Outcome"
        options={OUTCOMES}
        selected={[filter.outcome]}
        mode="one"
        onChange={([outcome = 'any']) => onChange({ ...filter, outcome })}
      />
      <Picker
        label="Strategy family"
        options={[{ id: ANY, label: 'any family' }, ...families.map((family) => ({ id: family, label: family }))]}
        value={filter.family ?? ANY}
        onChange={(family) => onChange({ ...filter, family: family === ANY ? null : family })}
      />
      <ToggleButton
        className="button small toggle"
        isSelected={filter.isAlarming}
        isDisabled={alarmCount === 0 && !filter.isAlarming}
        onChange={(isAlarming) => onChange({ ...filter, isAlarming })}
      >
        {formatAmount(alarmCount, 'alarm')}
      </ToggleButton>
    </>
  );
}
