import { useState } from 'react';
import { Button, Input, Label, SearchField } from 'react-aria-components';
import type { RunRow } from '../../storage/rows.ts';
import { Card } from '../parts/Card.tsx';
import { contenderKey, type Contender } from '../route.ts';
import { goTo } from '../useRoute.ts';
import { MOST_CONTENDERS, stylesOf } from './contenderStyles.ts';
import { RunOptions } from './RunOptions.tsx';

interface ContenderChooserProps {
  readonly runs: readonly RunRow[];
  readonly chosen: readonly Contender[];
}

/** Every saved run with its checkpoints; what is ticked is compared, the others being measured against the first. */
export function ContenderChooser({ runs, chosen }: ContenderChooserProps) {
  const [text, setText] = useState('');
  const keys = chosen.map(contenderKey);
  const styles = new Map(stylesOf(keys).map((style, index) => [keys[index] ?? '', style]));
  const shown = runs.filter(({ name, config }) =>
    `${name} ${config.environment} ${config.preset}`.toLowerCase().includes(text.trim().toLowerCase()),
  );
  const compare = (contenders: readonly Contender[]) => goTo({ screen: 'compare', contenders }, 'replace');
  const toggle = (contender: Contender, isOn: boolean) =>
    compare(isOn ? [...chosen, contender] : chosen.filter((one) => contenderKey(one) !== contenderKey(contender)));
  return (
    <Card
      title="Runs and checkpoints"
      className="run-chooser"
      note={`${chosen.length} of at most ${MOST_CONTENDERS}`}
      tools={
        chosen.length > 0 && (
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
        {shown.map((run) => (
          <RunOptions
            key={run.runId}
            run={run}
            styles={styles}
            firstKey={keys[0] ?? null}
            isFull={chosen.length >= MOST_CONTENDERS}
            hasChosenMoment={chosen.some(({ runId, at }) => runId === run.runId && at !== null)}
            onToggle={toggle}
          />
        ))}
      </ul>
      {shown.length === 0 && <p className="card-body muted">No run has that in its name.</p>}
    </Card>
  );
}
