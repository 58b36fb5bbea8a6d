import { useMemo, useState } from 'react';
import { FailureCard } from '../parts/FailureCard.tsx';
import type { Compared } from './contender.ts';
import { playedRows } from './dialogueMeasures.ts';
import { FamilyCard, type BeforeAndAfter } from './FamilyCard.tsx';
import { MeasuresCard } from './MeasuresCard.tsx';
import { SamePlayCard } from './SamePlayCard.tsx';
import { TrialCard } from './TrialCard.tsx';
import { TrialPairs } from './TrialPairs.tsx';
import { MOST_EPISODES, trialPlan, trialRefusal } from './trialOrder.ts';
import { useTrial } from './trialStore.ts';

/** What the contenders come to when they play the same scenarios now. */
export function PlayedSection({ compared }: { readonly compared: readonly Compared[] }) {
  const [count, setCount] = useState<number | null>(null);
  const played = useTrial(({ trial }) => trial.played);
  const refusal = trialRefusal(compared);
  const episodeCount = count ?? Math.min(MOST_EPISODES, compared[0]?.run.config.evaluationEpisodes ?? 0);
  const plan = useMemo(() => trialPlan(compared, episodeCount), [compared, episodeCount]);
  const dialogues = useMemo(
    () =>
      (plan?.contenders ?? []).flatMap(({ before, after }): BeforeAndAfter[] => {
        const [first, last] = [played.get(before.key), played.get(after.key)];
        return first && last ? [{ before: first, after: last }] : [];
      }),
    [plan, played],
  );
  const isPlayed = plan !== null && dialogues.length === compared.length;
  const rows = useMemo(() => (isPlayed ? playedRows(dialogues.map(({ after }) => after)) : []), [dialogues, isPlayed]);
  if (refusal) return <FailureCard failure={refusal} tone="caution" />;
  if (!plan) return null;
  const isSelfPlay = dialogues[0]?.after[0]?.trainedSeats.length === 2;
  const scenarios = new Set(dialogues[0]?.after.map(({ scenario }) => scenario.canonicalId)).size;
  return (
    <>
      <TrialCard compared={compared} plan={plan} onCount={setCount} />
      {isPlayed && (
        <>
          <MeasuresCard
            title="What they come to"
            about={`Counted: ${episodeCount} dialogues of each, about the same ${scenarios} held-out scenarios, and in them ${isSelfPlay ? 'both seats (an evaluation counts one of them, by turns)' : 'the seat that it plays'}. Δ is the difference to the first, paired by scenario; p is of a permutation test on the same pairs.`}
            compared={compared}
            rows={rows}
          />
          <FamilyCard
            note="before training → now"
            about="Counted: every strategy in the seats that each plays. Before: what its model wrote before training, in the same dialogues."
            compared={compared}
            dialogues={dialogues}
          />
          {compared.length > 1 && (
            <SamePlayCard compared={compared}>
              {(first, second) => (
                <TrialPairs
                  first={first}
                  second={second}
                  firstDialogues={dialogues[compared.indexOf(first)]?.after ?? []}
                  secondDialogues={dialogues[compared.indexOf(second)]?.after ?? []}
                  seed={plan.setting.seed}
                />
              )}
            </SamePlayCard>
          )}
        </>
      )}
    </>
  );
}
