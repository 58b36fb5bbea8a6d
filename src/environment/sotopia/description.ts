import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { BoardLine, Description } from '../environment.ts';
import type { SotopiaAction } from './action.ts';
import type { Relationship } from './character.ts';
import { namesOf } from './scenario.ts';
import type { SotopiaScenario } from './scenario.ts';
import { backgroundOf, goalOf, termText } from './sight.ts';
import type { SotopiaState } from './state.ts';

const THEY_ARE: Readonly<Record<Relationship, string>> = {
  stranger: 'strangers',
  'know-by-name': 'know each other by name',
  acquaintance: 'acquaintances',
  friend: 'friends',
  romantic: 'a couple',
  family: 'family',
};
/** For the table, which nobody at it is shown alone. */
const SHARED_PARAGRAPHS = /<p\s[^>]*>[\s\S]*?<\/p>/giu;

export const sotopiaDescription: Description<SotopiaState, SotopiaScenario, SotopiaAction> = {
  label: 'Open dialogue (SOTOPIA)',
  about:
    'Two characters talk in any words, each with a private goal and a secret; they speak, let a turn pass, or leave.',
  seat: (scenario, seat) => namesOf(scenario)[seat],
  table: ({ relationship, situation }) =>
    `${situation.replace(SHARED_PARAGRAPHS, ' ').replace(/\s+/gu, ' ').trim()} (${THEY_ARE[relationship]})`,
  goal: (scenario, seat) =>
    [goalOf(scenario, seat), backgroundOf(scenario, seat, seat), backgroundOf(scenario, otherSeat(seat), seat)]
      .filter(Boolean)
      .join(' · '),
  board: boardLines,

  detail(action) {
    if (action.kind === 'invalid') return action.reason;
    return null;
  },
};

function boardLines(state: SotopiaState, seat: SeatIndex): readonly BoardLine[] {
  const turn = { label: 'Turn', text: `${state.actions.length + 1} of ${state.turnLimit}` };
  return [turn, ...state.scenario.issues.map((issue) => ({ label: issue.name, text: termText(state, issue, seat) }))];
}
