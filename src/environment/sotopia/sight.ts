import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { actionText } from './action.ts';
import { background } from './character.ts';
import { namesOf } from './scenario.ts';
import type { SotopiaScenario } from './scenario.ts';
import type { Talk } from './talk.ts';
import { valuesOf, valueText } from './terms.ts';
import type { Issue, Term } from './terms.ts';
import { viewerText } from './viewerText.ts';

/**
 * The context of the interaction as one seat reads it, in SOTOPIA's order: both names, the backgrounds as far as the
 * relationship lets it see them, its own goal; the other's goal is unknown.
 */
export function viewOf(scenario: SotopiaScenario, seat: SeatIndex): string {
  const names = namesOf(scenario);
  const backgrounds = ([0, 1] as const).flatMap((owner) => {
    const text = backgroundOf(scenario, owner, seat);
    return text === null ? [] : [`${names[owner]}'s background: ${text}`];
  });
  const goals = ([0, 1] as const).map(
    (owner) => `${names[owner]}'s goal: ${owner === seat ? goalOf(scenario, seat) : 'Unknown'}`,
  );
  return [
    'Here is the context of this interaction:',
    `Scenario: ${situationOf(scenario, seat)}`,
    `Participants: ${names[0]} and ${names[1]}`,
    ...backgrounds,
    ...goals,
    ...(scenario.issues.length > 0 ? [`To be settled: ${scenario.issues.map(issueText).join('; ')}.`] : []),
    'Conversation Starts:',
  ].join('\n');
}

export function situationOf({ situation }: SotopiaScenario, seat: SeatIndex): string {
  return viewerText(situation, seat);
}

export function goalOf({ goals }: SotopiaScenario, seat: SeatIndex): string {
  return viewerText(goals[seat], seat);
}

export function backgroundOf(
  { people, relationship }: SotopiaScenario,
  owner: SeatIndex,
  viewer: SeatIndex,
): string | null {
  const text = background(people[owner], owner, viewer, relationship);
  return text && viewerText(text, viewer);
}

/** `day: friday, saturday or sunday`, `price in dollars`. */
export function issueText(issue: Issue): string {
  if (issue.kind === 'amount') return `${issue.name} in ${issue.unit}`;
  const options = valuesOf(issue);
  return `${issue.name}: ${options.slice(0, -1).join(', ')} or ${options.at(-1)}`;
}

/** The turn, what the other did when it said nothing, and where the open issues stand. */
export function boardOf(talk: Talk, seat: SeatIndex): string {
  const { scenario, actions } = talk;
  const last = actions.at(-1);
  const silence = last && last.kind !== 'speak' ? `${namesOf(scenario)[otherSeat(seat)]} ${actionText(last)}` : null;
  const terms = scenario.issues.map((issue) => `${issue.name}: ${termText(talk, issue, seat)}`);
  return [`Turn #${actions.length}`, ...(silence ? [silence] : []), ...terms].join(' · ');
}

/** Where an issue stands, to the seat: `open`, `friday? (you)`, `40 dollars? (they)`, `friday, settled`. */
export function termText({ terms }: Pick<Talk, 'terms'>, issue: Issue, seat: SeatIndex): string {
  const term: Term = terms[issue.name] ?? { kind: 'open' };
  if (term.kind === 'open') return 'open';
  const value = valueText(issue, term.value);
  return term.kind === 'settled' ? `${value}, settled` : `${value}? (${term.by === seat ? 'you' : 'they'})`;
}
