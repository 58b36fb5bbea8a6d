import { useMemo, useState } from 'react';
import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { formatNumber } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { Icon } from '../parts/Icon.tsx';
import type { UpdatePoint } from '../runState.ts';
import { Chart } from './Chart.tsx';
import { curve, curveGroups, smoothedSeries, suitsLog, updateNumbers, type CurveGroup } from './curves.ts';
import { useCurveView } from './curveView.ts';
import type { ColorName, Mark, Series } from './plot.ts';

const HEIGHT_PX = 150;
/** Until somebody chooses: what each turn of a dialogue earns. */
const FIRST_CHOICE = 'turn/reward';
/** Of the greys that tell lines apart, from the first of a group to its last. */
const RAMP: readonly ColorName[] = ['--ramp-1', '--ramp-2', '--ramp-3', '--ramp-4', '--ramp-5'];

/** Any number that the updates report, one group of curves at a time: the names are those of docs/algorithms.md. */
export function MoreCurves({
  history,
  updates,
  marks,
}: {
  readonly history: readonly UpdatePoint[];
  readonly updates: number;
  readonly marks: readonly Mark[];
}) {
  const [chosen, choose] = useState(FIRST_CHOICE);
  const [hovered, setHovered] = useState<number | null>(null);
  const groups = useMemo(() => curveGroups(history), [history]);
  const group = groups.find(({ name }) => name === chosen) ?? groups[0];
  const x = useMemo(() => updateNumbers(history), [history]);
  const lines = useMemo(() => (group ? linesOf(group, history) : []), [group, history]);
  const { keep, isLog } = useCurveView();
  const series = useMemo(() => lines.flatMap((line) => smoothedSeries(line, keep)), [lines, keep]);
  if (!group) return null;
  const index = hovered ?? history.length - 1;
  const legend = lines.map(({ label, values }) => `${label} ${formatNumber(values[index] ?? NaN)}`);
  return (
    <Card
      title="More curves"
      className="more-curves"
      tools={<GroupPicker groups={groups} group={group} onChange={choose} />}
    >
      <div className="legend">
        {lines.map(({ label, color }, line) => (
          <span key={label}>
            <i className="legend-line" style={{ background: `var(${color})` }} />
            {legend[line]}
          </span>
        ))}
      </div>
      <Chart
        x={x}
        series={series}
        updates={updates}
        marks={marks}
        isLog={isLog && suitsLog(lines.map(({ values }) => values))}
        heightPx={HEIGHT_PX}
        summary={`${group.name}: ${legend.join(', ')}.`}
        onHover={setHovered}
      />
    </Card>
  );
}

function linesOf({ name, lines }: CurveGroup, history: readonly UpdatePoint[]): Series[] {
  return lines.map(({ label, metric }, line) => ({
    label,
    color: colorOf(name, line, lines.length),
    values: curve(history, metric),
  }));
}

function colorOf(group: string, line: number, count: number): ColorName {
  if (group.startsWith('seat/')) return line === 0 ? '--seat-a' : '--seat-b';
  if (count === 1) return '--curve';
  return RAMP[Math.round((line / (count - 1)) * (RAMP.length - 1))] ?? '--curve';
}

interface GroupPickerProps {
  readonly groups: readonly CurveGroup[];
  readonly group: CurveGroup;
  onChange(name: string): void;
}

function GroupPicker({ groups, group, onChange }: GroupPickerProps) {
  return (
    <Select className="curve-picker" value={group.name} onChange={(name) => onChange(String(name))}>
      <Label className="visually-hidden">Curve</Label>
      <Button className="input select-button">
        <SelectValue />
        <Icon name="down" />
      </Button>
      <Popover className="list-popover">
        <ListBox>
          {groups.map(({ name }) => (
            <ListBoxItem key={name} id={name} className="option">
              {name}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
