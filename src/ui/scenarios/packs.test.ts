import { expect, test } from 'vitest';
import { readScenarioPack, seatScenarios } from '../../environment/sotopia/pack.ts';
import {
  checkPackText,
  exampleScenario,
  examplePack,
  freeId,
  packName,
  packText,
  pathText,
  roughPack,
  withNewScenario,
  withoutScenario,
  withScenario,
} from './packText.ts';
import { readImport, type ChosenFile } from './readImport.ts';
import { sampleDialogues } from './sampleDialogues.ts';

const TEXT = packText(examplePack('mine'));
const file = (name: string, text: string): ChosenFile => ({ name, text: () => Promise.resolve(text) });

test('the example can be played as it is', () => {
  expect(checkPackText(TEXT)).toMatchObject({ ok: true, value: { name: 'mine' } });
  expect(seatScenarios(readScenarioPack(TEXT, 'mine'))).toHaveLength(2); // both orders
});

test('every complaint names its field, and a text that is no JSON says where', () => {
  const broken = withScenario(TEXT, 0, { title: '', relationship: 'rival' });
  const checked = checkPackText(broken);
  if (checked.ok) throw new Error('complaints were expected');
  expect(checked.error.map(({ path }) => pathText(path))).toEqual(
    expect.arrayContaining(['scenarios[0].title', 'scenarios[0].relationship']),
  );
  const noJson = checkPackText('{"name": ');
  expect(noJson).toMatchObject({ ok: false, error: [{ path: [], message: expect.stringContaining('not JSON') }] });
});

test('the form changes one scenario and leaves the rest of the text alone', () => {
  const two = withNewScenario(TEXT, exampleScenario(freeId(roughPack(TEXT), 'desk')));
  expect(roughPack(two)?.scenarios.map(({ id }) => id)).toEqual(['desk', 'desk-2']);
  const renamed = withScenario(two, 1, { title: 'Another', split: undefined });
  const pack = checkPackText(renamed);
  expect(pack).toMatchObject({
    ok: true,
    value: { scenarios: [{ title: 'A desk by the window' }, { title: 'Another' }] },
  });
  expect(roughPack(renamed)?.scenarios[1]).not.toHaveProperty('split');
  expect(withoutScenario(two, 1)).toBe(TEXT);
  expect(withScenario('no json', 0, { title: 'x' })).toBe('no json');
});

test('names hold what ids may hold', () => {
  expect(packName('  My first pack! ')).toBe('My-first-pack');
});

test('a pack of our own comes in as JSON; SOTOPIA files come together, or say which one is missing', async () => {
  expect(await readImport([file('mine.json', TEXT)])).toEqual([{ name: 'mine', text: TEXT }]);
  await expect(readImport([file('x.json', '{}')])).rejects.toMatchObject({ code: 'scenario-pack-unusable' });
  await expect(readImport([file('agent_profiles.jsonl', '')])).rejects.toMatchObject({ code: 'sotopia-files-missing' });
});

test('rules are tried on the same dialogues every time', () => {
  const [scenario] = seatScenarios(examplePack('mine'));
  if (!scenario) throw new Error('a scenario was expected');
  const dialogues = sampleDialogues(scenario, 3);
  expect(dialogues).toHaveLength(3);
  expect(dialogues.every(({ turns }) => turns.length > 0)).toBe(true);
  expect(sampleDialogues(scenario, 3)).toEqual(dialogues);
});
