import { useState } from 'react';
import { Button, Checkbox, Input, Label, SearchField } from 'react-aria-components';
import type { RunRow } from '../../storage/rows.ts';
import { formatAmount, formatMoment } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { goTo } from '../useRoute.ts';
import { RunMark } from './RunMark.tsx';
import { MOST_RUNS, stylesOf } from './runStyles.ts';

interface RunChooserProps {
  readonly runs: readonly RunRow[];
  readonly chosenIds: readonly string[];
}

/** Every saved run; those that are ticked are compared, the first of them being what the others are measured against. */
export function RunChooser({ runs, chosenIds }: RunChooserProps) {
  const [text, setText] = useState('');
  const styles = new Map(stylesOf(chosenIds).map((style, index) => [chosenIds[index], style] as const));
  const shown = runs.filter(({ name, config }) =>
    `${name} ${config.environment} ${config.preset}`.toLowerCase().includes(text.trim().toLowerCase()),
  );
  const compare = (runIds: readonly string[]) => goTo({ screen: 'compare', runIds }, 'replace');
  const toggle = (runId: string, isOn: boolean) =>
    compare(isOn ? [...chosenIds, runId] : chosenIds.filter((id) => id !== runId));
  return (
    <Card
      title="Runs"
      className="run-chooser"
      note={`${chosenIds.length} of at most ${MOST_RUNS}`}
      tools={
        chosenIds.length > 0 && (
          <Button className="button small quiet" onPress={() => compare([])}>
            Clear
          </Button>
        )
      }
    >
      <div className="run-chooser-head">
        <SearchField value={text} onChange={setText}>
          <Label className="visually-hidden">Name, environment or preset of a run</Label>
          <Input className="input" placeholder="Search runs…" />
        </SearchField>
      </div>
      <ul className="run-options" aria-label="Saved runs">
        {shown.map((run) => {
          const style = styles.get(run.runId);
          return (
            <li key={run.runId}>
              <Checkbox
                className="run-option"
                data-testid="run-option"
                isSelected={style !== undefined}
                isDisabled={style === undefined && chosenIds.length >= MOST_RUNS}
                onChange={(isOn) => toggle(run.runId, isOn)}
              >
                <i className="tick" aria-hidden="true" />
                <span className="run-option-text">
                  <span className="legend-name">{run.name}</span>
                  <small>
                    {run.config.environment} · {run.config.preset} · seed {run.config.seed}
                  </small>
                  <small>
                    {run.status} · {formatAmount(run.updatesDone, 'update')} · {formatMoment(run.createdAtMs)}
                  </small>
                </span>
                {style && <RunMark style={style} />}
                {run.runId === chosenIds[0] && <small className="is-first">first</small>}
              </Checkbox>
            </li>
          );
        })}
      </ul>
      {shown.length === 0 && <p className="card-body muted">No run has that in its name.</p>}
    </Card>
  );
}
