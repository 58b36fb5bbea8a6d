import { expect, test } from 'vitest';
import { defaultRunConfig, RunKnobs } from '../record/runConfig.ts';
import {
  changedFromDefault,
  defaultDraft,
  draftFromChanges,
  KNOB_GROUPS,
  KNOBS,
  parseDraft,
  SEAT_KNOBS,
} from './configForm.ts';
import { PRESETS, presetOf, withPreset } from './presets.ts';

function knob(name: string) {
  const found = KNOBS.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no knob ${name}`);
  return found;
}

test('every knob of the schema is in the form, once, with a label, a help text and its limits', () => {
  expect(KNOBS.map(({ name }) => name)).toEqual(Object.keys(RunKnobs.shape));
  const grouped = KNOB_GROUPS.flatMap(({ knobs }) => knobs.map(({ name }) => name));
  expect([...grouped, ...SEAT_KNOBS].sort()).toEqual(KNOBS.map(({ name }) => name).sort());
  for (const { label, help, choices, limits } of KNOBS) {
    expect(label).not.toBe('');
    expect(help).not.toBe('');
    expect(choices ?? limits).toBeTruthy();
  }
});

test('limits read as people write them', () => {
  expect(knob('episodesPerUpdate')).toMatchObject({ limits: '1–1024', unit: 'episodes', defaultText: '64' });
  expect(knob('learningRate').limits).toBe('> 0, at most 0.1');
  expect(knob('advantage').choices).toEqual(expect.arrayContaining(['preset', 'linear', 'leave-one-out', 'paper']));
  expect(knob('klPenaltyPerNat')).toMatchObject({ limits: 'preset, or 0–10', choices: null, defaultText: 'preset' });
});

test('the untouched form is the default run', () => {
  expect(parseDraft(defaultDraft())).toEqual({ ok: true, value: defaultRunConfig() });
});

test('numbers may be written with an exponent, and an empty field is not zero', () => {
  const written = parseDraft({ ...defaultDraft(), learningRate: '3e-4' });
  expect(written.ok && written.value.learningRate).toBe(3e-4);
  const empty = parseDraft({ ...defaultDraft(), weightDecay: ' ' });
  expect(empty).toEqual({ ok: false, error: { weightDecay: 'Enter a number: 0–1.' } });
});

test('an error names the limits of its knob', () => {
  const wrong = parseDraft({ ...defaultDraft(), episodesPerUpdate: '0', turnDiscount: 'much' });
  expect(wrong).toEqual({
    ok: false,
    error: {
      episodesPerUpdate: 'Out of range: 1–1024 episodes.',
      turnDiscount: 'Enter a number: 0–1 per own turn.',
    },
  });
});

test('a link carries only what was changed and comes back as the same form', () => {
  const draft = { ...defaultDraft(), seed: '7', advantage: 'paper' };
  expect(changedFromDefault(draft)).toEqual({ seed: '7', advantage: 'paper' });
  expect(draftFromChanges(changedFromDefault(draft))).toEqual(draft);
  expect(draftFromChanges({ noSuchKnob: '1' })).toEqual(defaultDraft());
});

test('a preset sets its knobs, leaves the seed alone, and is recognised', () => {
  const [standard, paper] = PRESETS;
  if (!standard || !paper) throw new Error('two presets expected');
  const turned = { ...defaultDraft(), seed: '7', klPenaltyPerNat: '0.5', clipHigh: '0.3' };
  const draft = withPreset(turned, paper);
  expect(draft).toMatchObject({
    preset: 'epo',
    advantage: 'preset',
    turnReward: 'critical-accepting',
    klPenaltyPerNat: 'preset',
    clipHigh: 'preset',
    seed: '7',
  });
  expect(presetOf(draft)).toBe(paper);
  expect(presetOf(withPreset(draft, standard))).toBe(standard);
  expect(presetOf({ ...draft, klPenaltyPerNat: '0.5' })).toBeNull();
  expect(PRESETS.every((preset) => parseDraft(withPreset(draft, preset)).ok)).toBe(true);
});

test('a number that may also be left to the preset takes both, within its limits', () => {
  const parse = (klPenaltyPerNat: string) => parseDraft({ ...defaultDraft(), klPenaltyPerNat });
  expect(parse('0.25')).toMatchObject({ ok: true, value: { klPenaltyPerNat: 0.25 } });
  expect(parse('preset')).toMatchObject({ ok: true, value: { klPenaltyPerNat: 'preset' } });
  expect(parse('11')).toEqual({ ok: false, error: { klPenaltyPerNat: 'Out of range: preset, or 0–10 per nat.' } });
  expect(parse('some')).toEqual({ ok: false, error: { klPenaltyPerNat: 'Enter a number: preset, or 0–10 per nat.' } });
});
