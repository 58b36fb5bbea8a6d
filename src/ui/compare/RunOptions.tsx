import { useState, type ReactNode } from 'react';
import { Button, Checkbox } from 'react-aria-components';
import type { RunRow } from '../../storage/rows.ts';
import { useLive } from '../database.ts';
import { formatAmount, formatMoment } from '../format.ts';
import { Icon } from '../parts/Icon.tsx';
import { checkpointsOf } from '../queries.ts';
import { BASE, contenderKey, type Contender } from '../route.ts';
import { baseLabel, checkpointLabel } from './contender.ts';
import { ContenderMark } from './ContenderMark.tsx';
import type { ContenderStyle } from './contenderStyles.ts';

interface OptionsProps {
  readonly run: RunRow;
  /** Of those that are chosen, by their keys. */
  readonly styles: ReadonlyMap<string, ContenderStyle>;
  readonly firstKey: string | null;
  /** No more can be chosen. */
  readonly isFull: boolean;
  onToggle(contender: Contender, isOn: boolean): void;
}

/** A run, and below it, when they are asked for, the moments of it that can be compared. */
export function RunOptions({ hasChosenMoment, ...options }: OptionsProps & { readonly hasChosenMoment: boolean }) {
  const [isOpen, setOpen] = useState(hasChosenMoment);
  const { run } = options;
  return (
    <li>
      <div className="run-row">
        <Option {...options} at={null} testId="run-option" label={run.name}>
          <small>
            {run.config.environment} · {run.config.preset} · seed {run.config.seed}
          </small>
          <small>
            {run.status} · {formatAmount(run.updatesDone, 'update')} · {formatMoment(run.createdAtMs)}
          </small>
        </Option>
        <Button
          className="button small quiet icon-button"
          data-testid="show-checkpoints"
          aria-label={`Checkpoints of ${run.name}`}
          aria-expanded={isOpen}
          onPress={() => setOpen(!isOpen)}
        >
          <Icon name="down" />
        </Button>
      </div>
      {isOpen && <MomentOptions {...options} />}
    </li>
  );
}

function MomentOptions(options: OptionsProps) {
  const { run } = options;
  const { value: checkpoints = [] } = useLive(checkpointsOf, run.runId);
  return (
    <ul className="moment-options" aria-label={`Checkpoints of ${run.name}`}>
      {checkpoints.map((checkpoint) => (
        <li key={checkpoint.checkpointId}>
          <Option
            {...options}
            at={checkpoint.checkpointId}
            testId="checkpoint-option"
            label={`${checkpointLabel(checkpoint)}${checkpoint.isBest ? ' · best' : ''}`}
          />
        </li>
      ))}
      <li>
        <Option {...options} at={BASE} testId="checkpoint-option" label={baseLabel(run)} />
      </li>
    </ul>
  );
}

interface OptionProps extends OptionsProps {
  readonly at: string | null;
  readonly label: string;
  readonly testId: string;
  readonly children?: ReactNode;
}

function Option({ run, at, label, testId, styles, firstKey, isFull, onToggle, children }: OptionProps) {
  const contender: Contender = { runId: run.runId, at };
  const key = contenderKey(contender);
  const style = styles.get(key);
  return (
    <Checkbox
      className="run-option"
      data-testid={testId}
      isSelected={style !== undefined}
      isDisabled={style === undefined && isFull}
      onChange={(isOn) => onToggle(contender, isOn)}
    >
      <i className="tick" aria-hidden="true" />
      <span className="run-option-text">
        <span className="legend-name">{label}</span>
        {children}
      </span>
      {style && (
        <span className="run-option-mark">
          <ContenderMark style={style} isMoment={at !== null} />
          {key === firstKey && <small className="is-first">first</small>}
        </span>
      )}
    </Checkbox>
  );
}
