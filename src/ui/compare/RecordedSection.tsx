import { useMemo } from 'react';
import { useLive } from '../database.ts';
import { FailureCard } from '../parts/FailureCard.tsx';
import { firstAndLastDialogues, joinStretches } from './compareQueries.ts';
import { asOf, type Compared } from './contender.ts';
import { FamilyCard } from './FamilyCard.tsx';
import { recordedRows } from './measures.ts';
import { MeasuresCard } from './MeasuresCard.tsx';
import { RecordedPairs } from './RecordedPairs.tsx';
import { SamePlayCard } from './SamePlayCard.tsx';

/** What was recorded of the contenders while their runs trained; of a checkpoint, what there was by then. */
export function RecordedSection({ compared }: { readonly compared: readonly Compared[] }) {
  const joined = joinStretches(compared.map(({ run: { runId }, moment }) => ({ runId, moment })));
  const { value: dialogues, failure } = useLive(firstAndLastDialogues, joined);
  const rows = useMemo(
    () => recordedRows(compared.map((one, index) => ({ ...asOf(one), lastEpisodes: dialogues?.[index]?.after ?? [] }))),
    [compared, dialogues],
  );
  if (failure) return <FailureCard failure={failure} />;
  const span = Math.max(0, ...(dialogues ?? []).map((sampled) => sampled.span));
  const untilThen = compared.some(({ moment }) => moment !== null)
    ? ' A checkpoint counts as its run stood then: what came after its update is left out.'
    : '';
  return (
    <>
      <MeasuresCard
        title="What they came to"
        about={`Counted: what each run has recorded while it trained. Δ is the difference to the first; p is of a permutation test, where dialogues can be paired.${untilThen}`}
        compared={compared}
        rows={rows}
      />
      {dialogues && (
        <FamilyCard
          note={`first and last ${span === 1 ? 'update' : `${span} updates`}`}
          about={`Counted: the strategies of the trained seats, in the dialogues of the first updates and of the last ones.${untilThen}`}
          compared={compared}
          dialogues={dialogues}
        />
      )}
      {compared.length > 1 && (
        <SamePlayCard compared={compared}>
          {(first, second) => <RecordedPairs first={first} second={second} />}
        </SamePlayCard>
      )}
    </>
  );
}
