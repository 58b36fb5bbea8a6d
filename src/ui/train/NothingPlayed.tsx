import { formatCount } from '../format.ts';
import { environmentOf } from '../../environment/registry.ts';
import { DEFAULT_ENVIRONMENT, isEnvironmentName } from '../../record/environmentName.ts';
import { useDraft } from '../draftStore.ts';
import { useEngine } from '../engineStore.ts';
import { useRun } from '../runStore.ts';

const STEPS = [
  ['Play', 'Before each turn the strategist writes one private line of advice; a frozen agent says the public words.'],
  ['Score', 'When a dialogue ends, every turn gets a reward and the discounted return of its seat.'],
  [
    'Learn',
    'One policy-gradient step makes the advice that paid off more likely. Nothing leaves this tab, unless you name a chat server.',
  ],
] as const;

/** What there is to see before the first dialogue. */
export function NothingPlayed() {
  const engine = useEngine((store) => store.engine);
  const estimate = useEngine((store) => store.estimate);
  const status = useRun((store) => store.run.status);
  const chosen = useDraft((store) => store.draft.environment);
  const { description } = environmentOf(isEnvironmentName(chosen) ? chosen : DEFAULT_ENVIRONMENT);
  const isUnderWay = status === 'starting' || status === 'running';
  return (
    <div className="intro">
      <h3>{isUnderWay ? 'The first dialogues are about to begin' : `Teach a small model: ${description.label}`}</h3>
      <p>{description.about}</p>
      <ol>
        {STEPS.map(([name, text]) => (
          <li key={name}>
            <strong>{name}</strong>
            <p>{text}</p>
          </li>
        ))}
      </ol>
      {!isUnderWay && engine.kind === 'preparing' && <p role="status">Loading the model…</p>}
      {!isUnderWay && engine.kind === 'ready' && (
        <p>
          {estimate
            ? `${estimate.modelName} with ${formatCount(estimate.parameterCount)} parameters is ready.`
            : 'The engine is ready.'}{' '}
          Press <strong>Train</strong>.
        </p>
      )}
    </div>
  );
}
