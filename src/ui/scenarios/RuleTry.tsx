import { useState } from 'react';
import { Button } from 'react-aria-components';
import { monotonicMs } from '../../base/clock.ts';
import { explain } from '../../base/errors.ts';
import { seatScenarios, type ScenarioPack } from '../../environment/sotopia/pack.ts';
import type { RuleDialogue } from '../../reward/userRule.ts';
import { askRule } from '../../../workers/rules.ts';
import type { Failure } from '../engineStore.ts';
import { formatAmount, formatDuration } from '../format.ts';
import { describeEnding, formatPoints } from '../dialogue/seats.ts';
import { FailureCard } from '../parts/FailureCard.tsx';
import { sampleDialogues } from './sampleDialogues.ts';

interface RuleTryProps {
  readonly source: string;
  /** null while anything in the pack is wrong. */
  readonly pack: ScenarioPack | null;
  readonly index: number;
}

interface Tried {
  readonly dialogues: readonly RuleDialogue[];
  readonly points: readonly (readonly [number, number])[];
  readonly seconds: number;
}

const SAMPLES = 5;

/** Runs the rule as it stands on a few dialogues of rule-made players, in the thread that training runs it in. */
export function RuleTry({ source, pack, index }: RuleTryProps) {
  const [isBusy, setBusy] = useState(false);
  const [tried, setTried] = useState<Tried | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const run = async (ready: ScenarioPack) => {
    const id = ready.scenarios[index]?.id;
    const scenario = seatScenarios(ready).find(({ canonicalId }) => canonicalId === `${ready.name}/${id}`);
    if (!scenario) return;
    setBusy(true);
    setFailure(null);
    setTried(null);
    try {
      const dialogues = sampleDialogues(scenario, SAMPLES);
      const startedAt = monotonicMs();
      const points = await askRule(source, dialogues, new AbortController().signal);
      setTried({ dialogues, points, seconds: (monotonicMs() - startedAt) / 1000 });
    } catch (thrown) {
      setFailure(explain(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="rule-try" aria-live="polite">
      <Button
        className="button small"
        data-testid="rule-try"
        isDisabled={isBusy || pack === null}
        onPress={() => pack && void run(pack)}
      >
        {isBusy ? 'Running…' : 'Try it'}
      </Button>
      {failure && <FailureCard failure={failure} />}
      {tried && (
        <table className="table" data-testid="rule-points">
          <caption className="field-note">
            On {formatAmount(tried.dialogues.length, 'dialogue')} of rule-made players, in{' '}
            {formatDuration(tried.seconds)}
          </caption>
          <thead>
            <tr>
              <th>Dialogue</th>
              <th className="number">A</th>
              <th className="number">B</th>
            </tr>
          </thead>
          <tbody>
            {tried.dialogues.map(({ turns, endReason }, at) => (
              <tr key={at}>
                <td>
                  {describeEnding(endReason, null)}, {formatAmount(turns.length, 'turn')}: “{turns[0]?.utterance}”
                </td>
                <td className="number">{formatPoints(tried.points[at]?.[0] ?? NaN)}</td>
                <td className="number">{formatPoints(tried.points[at]?.[1] ?? NaN)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
