import { useState } from 'react';
import { RELATIONSHIPS } from '../../environment/sotopia/character.ts';
import type { ScenarioPack } from '../../environment/sotopia/pack.ts';
import { Picker } from '../parts/Picker.tsx';
import { PlainField } from '../parts/PlainField.tsx';
import { Segments } from '../parts/Segments.tsx';
import { EXAMPLE_RULE, withScenario, type Complaint, type RoughScenario } from './packText.ts';
import { RuleTry } from './RuleTry.tsx';

interface ScenarioFormProps {
  /** Of the whole pack. */
  readonly text: string;
  readonly index: number;
  readonly scenario: RoughScenario;
  /** null while anything in the pack is wrong. */
  readonly pack: ScenarioPack | null;
  readonly complaints: readonly Complaint[];
  onChange(text: string): void;
}

const SCORINGS = [
  { id: 'checks', label: 'Checks' },
  { id: 'rule', label: 'Own rule' },
  { id: 'evaluator', label: 'Evaluator' },
] as const;
type ScoringKind = (typeof SCORINGS)[number]['id'];

const SPLITS = [
  { id: '', label: 'by hash' },
  { id: 'train', label: 'train' },
  { id: 'validation', label: 'validation' },
  { id: 'test', label: 'test' },
] as const;

/** One scenario of a pack, field by field; every key goes into the pack's text. */
export function ScenarioForm({ text, index, scenario, pack, complaints, onChange }: ScenarioFormProps) {
  const set = (changes: Readonly<Record<string, unknown>>) => onChange(withScenario(text, index, changes));
  const errorAt = (...path: readonly (string | number)[]) => complaintAt(complaints, ['scenarios', index, ...path]);
  const goals = Array.isArray(scenario.goals) ? scenario.goals : [];
  const goal = (seat: 0 | 1) => textOf(goals[seat]);
  const scoring = isRecord(scenario.scoring) ? scenario.scoring : { kind: 'evaluator' };
  return (
    <div className="scenario-form" data-testid="scenario-form">
      <div className="form-pair">
        <PlainField
          label="Title"
          value={textOf(scenario.title)}
          error={errorAt('title')}
          testId="scenario-title"
          onChange={(title) => set({ title })}
        />
        <PlainField
          label="Id"
          isCode
          value={textOf(scenario.id)}
          error={errorAt('id')}
          onChange={(id) => set({ id })}
        />
      </div>
      <PlainField
        label="Situation"
        rows={3}
        value={textOf(scenario.situation)}
        error={errorAt('situation')}
        note="Both read it. Title and id must name no secret: lists show them."
        onChange={(situation) => set({ situation })}
      />
      <div className="form-pair">
        <Picker
          label="They are"
          showsLabel
          options={RELATIONSHIPS.map((id) => ({ id, label: id }))}
          value={RELATIONSHIPS.find((id) => id === scenario.relationship) ?? 'stranger'}
          onChange={(relationship) => set({ relationship })}
        />
        <Picker
          label="Split"
          showsLabel
          options={SPLITS}
          value={SPLITS.find(({ id }) => id === scenario.split)?.id ?? ''}
          onChange={(split) => set({ split: split === '' ? undefined : split })}
        />
      </div>
      {errorAt('relationship') !== undefined && <p className="field-error">{errorAt('relationship')}</p>}
      <div className="form-pair">
        {([0, 1] as const).map((seat) => (
          <PlainField
            key={seat}
            label={`Private goal of seat ${seat === 0 ? 'A' : 'B'}`}
            rows={4}
            value={goal(seat)}
            error={errorAt('goals', seat) ?? (goals.length === 2 ? undefined : errorAt('goals'))}
            onChange={(changed) => set({ goals: seat === 0 ? [changed, goal(1)] : [goal(0), changed] })}
          />
        ))}
      </div>
      <JsonField
        label="What can be settled (JSON)"
        value={scenario.issues ?? []}
        errors={under(complaints, ['scenarios', index, 'issues'])}
        onChange={(issues) => set({ issues })}
      />
      <div className="talk-field">
        <span>Points come from</span>
        <Segments
          label="Points come from"
          mode="one"
          options={SCORINGS}
          selected={[scoringKind(scoring)]}
          onChange={([kind = 'evaluator']) => set({ scoring: emptyScoring(kind) })}
        />
      </div>
      {scoring.kind === 'checks' && (
        <JsonField
          label="Checks of seat A and of seat B (JSON); the points of each add up to 10"
          value={scoring.checks ?? []}
          errors={under(complaints, ['scenarios', index, 'scoring'])}
          onChange={(checks) => set({ scoring: { kind: 'checks', checks } })}
        />
      )}
      {scoring.kind === 'rule' && (
        <>
          <PlainField
            label="Rule: a JavaScript function of a finished dialogue"
            rows={9}
            isCode
            testId="rule-source"
            value={textOf(scoring.source)}
            error={errorAt('scoring', 'source')}
            note="It returns [points of A, points of B], 0 to 10. It runs in a thread without network, clock or chance, and is stopped after 5 s."
            onChange={(source) => set({ scoring: { kind: 'rule', source } })}
          />
          <RuleTry source={textOf(scoring.source)} pack={pack} index={index} />
        </>
      )}
      {scoring.kind === 'evaluator' && (
        <p className="field-note">
          A language model scores the goals after each dialogue. Runs and evaluations need a judge’s server for that.
        </p>
      )}
    </div>
  );
}

interface JsonFieldProps {
  readonly label: string;
  readonly value: unknown;
  readonly errors: string | undefined;
  onChange(value: unknown): void;
}

/** A part that is written as JSON: half-typed text stays in the field until it can be read. */
function JsonField({ label, value, errors, onChange }: JsonFieldProps) {
  const whole = JSON.stringify(value, null, 2);
  const [draft, setDraft] = useState<string | null>(null);
  const change = (text: string) => {
    try {
      onChange(JSON.parse(text));
      setDraft(text);
    } catch {
      setDraft(text);
    }
  };
  const isBroken = draft !== null && !isJson(draft);
  return (
    <PlainField
      label={label}
      rows={Math.min(12, Math.max(3, (draft ?? whole).split('\n').length))}
      isCode
      value={draft ?? whole}
      error={isBroken ? 'This is not JSON yet; the pack keeps the last text that was.' : errors}
      onChange={change}
    />
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function emptyScoring(kind: ScoringKind): unknown {
  if (kind === 'rule') return { kind, source: EXAMPLE_RULE };
  if (kind === 'evaluator') return { kind };
  const check = { kind: 'says', who: 'other', phrases: ['thank you'], points: 10 };
  return { kind, checks: [[check], [check]] };
}

function scoringKind({ kind }: Readonly<Record<string, unknown>>): ScoringKind {
  return SCORINGS.find(({ id }) => id === kind)?.id ?? 'evaluator';
}

/** What is wrong at just this place. */
function complaintAt(complaints: readonly Complaint[], path: Complaint['path']): string | undefined {
  return complaints.find((complaint) => complaint.path.join('/') === path.join('/'))?.message;
}

/** What is wrong at this place or within it. */
function under(complaints: readonly Complaint[], path: Complaint['path']): string | undefined {
  const prefix = path.join('/');
  const own = complaints.filter((complaint) => `${complaint.path.join('/')}/`.startsWith(`${prefix}/`));
  const texts = own.map((complaint) => {
    const rest = complaint.path.slice(path.length).join('.');
    return rest === '' ? complaint.message : `${rest}: ${complaint.message}`;
  });
  return texts.length > 0 ? texts.join('; ') : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
