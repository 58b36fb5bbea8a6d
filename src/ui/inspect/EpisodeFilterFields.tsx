import { Input, Label, SearchField, TextField } from 'react-aria-components';
import { Segments } from '../parts/Segments.tsx';
import type { EpisodeFilter, OutcomeFilter } from './episodeFilter.ts';

const OUTCOMES: readonly { readonly id: OutcomeFilter; readonly label: string }[] = [
  { id: 'any', label: 'All' },
  { id: 'deal', label: 'Deal or done' },
  { id: 'pareto', label: 'Pareto' },
  { id: 'no deal', label: 'Neither' },
];

interface EpisodeFilterFieldsProps {
  readonly filter: EpisodeFilter;
  onChange(filter: EpisodeFilter): void;
}

export function EpisodeFilterFields({ filter, onChange }: EpisodeFilterFieldsProps) {
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
    </>
  );
}
