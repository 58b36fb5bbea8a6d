import { useMemo, useState } from 'react';
import { CurveControls } from '../charts/CurveControls.tsx';
import { curveGroups, type CurveName } from '../charts/curves.ts';
import { Picker } from '../parts/Picker.tsx';
import { Segments } from '../parts/Segments.tsx';
import { shareEnvironment, type Compared } from './contender.ts';
import { OverlayCard } from './OverlayCard.tsx';
import { heldOutOverlay, onAxis, overlayOf, type Axis } from './overlay.ts';

interface SectionProps {
  readonly compared: readonly Compared[];
}

const AXES = [
  { id: 'updates', label: 'over updates' },
  { id: 'dialogues', label: 'over dialogues' },
] as const satisfies readonly { readonly id: Axis; readonly label: string }[];
const POINTS = [0, 10] as const;
const DRAWN: readonly { readonly title: string; readonly unit: string; readonly metric: CurveName }[] = [
  { title: 'Entropy', unit: 'nats per token', metric: 'entropy' },
  { title: 'KL to base', unit: 'nats per token', metric: 'klToBase' },
  { title: 'Gradient norm', unit: '', metric: 'gradientNorm' },
];

/** Curves of all runs over each other, with a mark where a checkpoint is. */
export function CurvesSection({ compared }: SectionProps) {
  const [axis, setAxis] = useState<Axis>('updates');
  const updates = Math.max(1, ...compared.map((one) => onAxis(one, one.run.updatesDone, axis)));
  const points = useMemo(() => overlayOf(compared, 'pointsTrained', axis), [compared, axis]);
  const heldOut = useMemo(() => heldOutOverlay(compared, axis), [compared, axis]);
  const fixed = useMemo(
    () => DRAWN.map((drawn) => ({ ...drawn, overlay: overlayOf(compared, drawn.metric, axis) })),
    [compared, axis],
  );
  const limits = shareEnvironment(compared) ? { limits: POINTS } : {};
  return (
    <section className="compare-curves" aria-label="Curves">
      <div className="compare-controls">
        <CurveControls updates={updates} unit={axis === 'updates' ? 'Updates' : 'Dialogues'} />
        <Segments
          label="Over"
          options={AXES}
          selected={[axis]}
          mode="one"
          onChange={([chosen = 'updates']) => setAxis(chosen)}
        />
      </div>
      <div className="compare-grid">
        <OverlayCard title="Points, trained seats" unit="of 10" overlay={points} updates={updates} {...limits} />
        {heldOut.x.length > 0 && (
          <OverlayCard title="Held-out points" unit="of 10" overlay={heldOut} updates={updates} isSmoothed={false} />
        )}
        {fixed.map(({ title, unit, overlay }) => (
          <OverlayCard key={title} title={title} unit={unit} overlay={overlay} updates={updates} />
        ))}
        <AnyCurve compared={compared} updates={updates} axis={axis} />
      </div>
    </section>
  );
}

/** Any number that an update of the first run reports, by name. */
function AnyCurve({ compared, updates, axis }: SectionProps & { readonly updates: number; readonly axis: Axis }) {
  const [chosen, choose] = useState('turnRewardMean');
  const lines = useMemo(() => allLines(compared), [compared]);
  const line = lines.find(({ id }) => id === chosen) ?? lines[0];
  const overlay = useMemo(() => (line ? overlayOf(compared, line.metric, axis) : null), [compared, line, axis]);
  if (!line || !overlay) return null;
  const picker = <Picker label="Curve" options={lines} value={line.id} onChange={choose} />;
  return <OverlayCard title="Any curve" overlay={overlay} updates={updates} tools={picker} />;
}

function allLines(compared: readonly Compared[]): { id: string; label: string; metric: CurveName }[] {
  const byName = new Map<string, CurveName>();
  for (const { history } of compared) {
    for (const { name, lines } of curveGroups(history)) {
      for (const { label, metric } of lines) byName.set(lines.length > 1 ? `${name}, ${label}` : name, metric);
    }
  }
  return [...byName].map(([name, metric]) => ({ id: name, label: name, metric }));
}
