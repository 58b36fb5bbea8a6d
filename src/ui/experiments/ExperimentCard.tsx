import { Button } from 'react-aria-components';
import { orderFrom } from '../../experiments/orderLink.ts';
import type { Recipe } from '../../experiments/recipe.ts';
import { htmlOf } from '../../experiments/report/html.ts';
import { markdownOf } from '../../experiments/report/markdown.ts';
import { downloadFile } from '../download.ts';
import { useEngine } from '../engineStore.ts';
import { Card } from '../parts/Card.tsx';
import { FailureCard } from '../parts/FailureCard.tsx';
import { useBroughtIntoView } from '../parts/useBroughtIntoView.ts';
import { formatRoute } from '../route.ts';
import { useSession } from '../session.ts';
import { ProgressTrack } from '../parts/ProgressTrack.tsx';
import { describeExperiment, formatMinutes } from './describeExperiment.ts';
import { useExperiment } from './experimentStore.ts';
import { OrderForm } from './OrderForm.tsx';
import { ReportView } from './ReportView.tsx';
import { useResults, type Found } from './useResults.ts';

interface ExperimentCardProps {
  readonly recipe: Recipe;
  readonly changes: Readonly<Record<string, string>>;
}

/** One recipe: its sizes, what they will take, the run, and the report as it grows. */
export function ExperimentCard({ recipe, changes }: ExperimentCardProps) {
  const session = useSession();
  const body = useBroughtIntoView<HTMLDivElement>(recipe.name);
  const isReady = useEngine((store) => store.engine.kind === 'ready');
  const experiment = useExperiment((store) => store.experiment);
  const parsed = orderFrom(recipe, false, changes);
  const order = parsed.success ? parsed.data : null;
  const isOwn = order !== null && JSON.stringify(experiment.order) === JSON.stringify(order);
  const isBusy = experiment.phase === 'running' || experiment.phase === 'pausing';
  const isShown = isOwn && experiment.phase !== 'idle';
  // A part that is over, and the end of whatever was under way, are news for the report.
  const version = isOwn ? experiment.done + (isBusy ? 0 : 0.5) : 0;
  const { found, failure } = useResults(recipe, order, version);
  const percent =
    experiment.parts === 0 ? 0 : Math.round(((experiment.done + experiment.share) / experiment.parts) * 100);
  return (
    <Card
      title={recipe.title}
      className="experiment-card"
      tools={
        isBusy && isOwn ? (
          <Button
            className="button small"
            data-testid="experiment-pause"
            isDisabled={experiment.phase === 'pausing'}
            onPress={session.stopExperiment}
          >
            {experiment.phase === 'pausing' ? 'Pausing…' : 'Pause'}
          </Button>
        ) : (
          <Button
            className="button primary small"
            data-testid="experiment-start"
            isDisabled={!isReady || order === null || isBusy || found?.missingParts === 0}
            onPress={() => order && session.startExperiment(order)}
          >
            {isShown && experiment.phase !== 'finished' ? 'Go on' : 'Run in this tab'}
          </Button>
        )
      }
    >
      <div className="card-body experiment-body" ref={body}>
        <p>{recipe.question}</p>
        <OrderForm
          recipe={recipe}
          changes={changes}
          isDisabled={isBusy && isOwn}
          onChange={(next) => {
            location.hash = formatRoute({ screen: 'experiments', recipe: recipe.name, changes: next });
          }}
        />
        {!parsed.success && (
          <p className="field-problem" role="alert">
            {parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ')}
          </p>
        )}
        <div
          className="experiment-status"
          role="status"
          data-testid="experiment-status"
          data-phase={isOwn ? experiment.phase : 'idle'}
        >
          <strong>{describeExperiment(isOwn ? experiment : null, found)}</strong>
          {isBusy && isOwn && <ProgressTrack label="Experiment" percent={percent} />}
          {isBusy && !isOwn && <span>Another experiment runs in this tab. Pause it to run this one.</span>}
          {found && found.missingParts > 0 && (
            <span>
              {found.missingParts} {found.missingParts === 1 ? 'part' : 'parts'} to do, about{' '}
              {formatMinutes(found.missingSeconds)} on two CPU cores or as fast as this device was before. Parts are
              short: what is done survives a pause, a reload and a closed tab.
            </span>
          )}
        </div>
        {isOwn && experiment.failure && <FailureCard failure={experiment.failure} />}
        {failure && <FailureCard failure={failure} />}
        {found && <Exports recipe={recipe} found={found} />}
        {found && <ReportView results={found.results} />}
      </div>
    </Card>
  );
}

function Exports({ recipe, found: { results } }: { readonly recipe: Recipe; readonly found: Found }) {
  const save = (ending: string, type: string, content: string) =>
    downloadFile(`${recipe.name}.${ending}`, [content], type);
  return (
    <div className="experiment-exports">
      <Button className="button small" onPress={() => save('html', 'text/html', htmlOf(recipe.title, results))}>
        HTML
      </Button>
      <Button className="button small" onPress={() => save('md', 'text/markdown', markdownOf(recipe.title, results))}>
        Markdown
      </Button>
      <Button
        className="button small"
        onPress={() => save('json', 'application/json', `${JSON.stringify(results, null, 1)}\n`)}
      >
        Results (JSON)
      </Button>
    </div>
  );
}
