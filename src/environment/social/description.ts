import { assertNever } from '../../base/errors.ts';
import type { BoardLine, Description } from '../environment.ts';
import type { Role, SocialAction } from './action.ts';
import { roleOf } from './points.ts';
import type { SocialScenario } from './scenario.ts';
import { sightOf, wordsOf } from './sight.ts';
import type { Sight } from './sight.ts';
import { startTalk } from './state.ts';
import type { SocialState } from './state.ts';
import { DAYS } from './words.ts';

const ROLES: Readonly<Record<Role, string>> = {
  'ride-ask': 'asks for a ride',
  'ride-give': 'is asked for a ride',
  'loan-ask': 'asks for a loan',
  'loan-give': 'is asked for a loan',
  hold: 'keeps a secret',
  seek: 'wants to know it',
  day: 'looks for a day',
};

export const socialDescription: Description<SocialState, SocialScenario, SocialAction> = {
  label: 'Social dialogue',
  about: 'Two people want something of each other: a ride, a loan, a secret kept or found out, a day to meet.',
  seat: (scenario, seat) => `${scenario.names[seat]}, ${ROLES[roleOf(scenario, seat)]}`,
  table: ({ names, relation, script }) => `${names.join(' and ')}, ${relation}s: ${matterOf(script)}`,
  goal: (scenario, seat) => goalText(sightOf(startTalk(scenario, 1), seat)),
  board: (state, seat) => boardLines(sightOf(state, seat)),

  detail(action) {
    if (action.kind === 'invalid') return action.reason;
    return [action.value, action.tone === 'plain' ? null : action.tone].filter(Boolean).join(', ') || null;
  },
};

function matterOf(script: SocialScenario['script']): string {
  switch (script.kind) {
    case 'ride':
      return `a ride to the ${script.object}`;
    case 'loan':
      return `the loan of a ${script.object}`;
    case 'secret':
      return 'a secret plan';
    case 'day':
      return `a day for ${script.activity}`;
    default:
      return assertNever(script);
  }
}

function goalText(sight: Sight): string {
  switch (sight.role) {
    case 'ride-ask':
    case 'loan-ask': {
      const { reason, otherWay, helpCost, hour, whyCost } = sight.script;
      return `because of the ${reason} · another way is worth ${otherWay} · a chore costs ${helpCost} · best at ${hour} · telling why costs ${whyCost}`;
    }
    case 'ride-give':
    case 'loan-give':
      return `waits for: ${wordsOf(sight.script.need)} · refusing is worth ${sight.script.peace - (sight.relation === 'friend' ? 2 : 0)}`;
    case 'hold':
      return `the plan is a ${sight.script.plan}, on ${sight.script.day}, at the ${sight.script.place}`;
    case 'seek': {
      const { planPoints, fact } = sight.script;
      return `perhaps ${sight.maybe.join(', ')} · the plan is worth ${planPoints}, the ${fact} ${10 - planPoints}`;
    }
    case 'day':
      return DAYS.map((day, index) => `${day} ${sight.stars[index]}★`).join(' · ');
    default:
      return assertNever(sight);
  }
}

function boardLines(sight: Sight): readonly BoardLine[] {
  switch (sight.role) {
    case 'hold':
      return [
        { label: 'Asked', text: sight.question ?? 'nothing' },
        { label: 'Told', text: sight.toldFacts.join(', ') || 'nothing' },
      ];
    case 'seek':
      return [
        { label: 'Still possible', text: sight.maybe.join(', ') || 'nothing' },
        { label: 'Said', text: [sight.claimed, sight.heardFact].filter(Boolean).join(', ') || 'nothing' },
      ];
    default:
      return [
        { label: 'Their proposal', text: dealText(sight.theirs) },
        { label: 'Your proposal', text: dealText(sight.mine) },
      ];
  }
}

function dealText(deal: Sight['mine']): string {
  return deal ? `${deal.text} (worth ${deal.value})` : 'none yet';
}
