import { useLive } from '../database.ts';
import { Picker } from '../parts/Picker.tsx';
import { savedPacks } from '../scenarios/packQueries.ts';
import type { ChosenPack } from './extrasDraft.ts';

interface PackFieldProps {
  readonly pack: ChosenPack | null;
  readonly isDisabled: boolean;
  onChange(pack: ChosenPack | null): void;
}

/** No pack is called so: names hold letters, digits, `_` and `-`. */
const BUILT_IN = '';

/** Whose dialogues are played: the built-in ones, or those of a pack of the person's own. */
export function PackField({ pack, isDisabled, onChange }: PackFieldProps) {
  const saved = useLive(savedPacks, null).value ?? [];
  const own = saved.map(({ name }) => ({ id: name, label: name, note: 'a pack of yours' }));
  const isElsewhere = pack !== null && !own.some(({ id }) => id === pack.name);
  return (
    <div className="knob is-choice">
      <span>Scenarios</span>
      <Picker
        label="Scenarios"
        options={[
          { id: BUILT_IN, label: 'built-in', note: 'written for Parley; rules check their goals' },
          ...own,
          ...(isElsewhere ? [{ id: pack.name, label: pack.name }] : []),
        ]}
        value={pack?.name ?? BUILT_IN}
        isDisabled={isDisabled}
        onChange={(name) => {
          const chosen = saved.find((row) => row.name === name);
          onChange(chosen ? { name, text: chosen.text } : null);
        }}
      />
    </div>
  );
}
