import { assertNever } from '../../base/errors.ts';
import type { SocialScenario } from './scenario.ts';
import { sightOf, wordsOf } from './sight.ts';
import type { DaySight, HoldSight, Sight } from './sight.ts';
import { startTalk } from './state.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { DAYS } from './words.ts';

/** The private view: who is who, what it is about, what counts for this seat. */
export function viewOf(scenario: SocialScenario, seat: SeatIndex): string {
  const sight = sightOf(startTalk(scenario, 1), seat);
  const { role, me, other, relation } = sight;
  return `${role.replace('-', ' ')} you ${me} other ${other} ${relation} ${privateWords(sight)}`;
}

function privateWords(sight: Sight): string {
  switch (sight.role) {
    case 'ride-ask':
    case 'loan-ask': {
      const { object, reason, otherWay, helpCost, hour, whyCost } = sight.script;
      return `want ${object} why ${reason} leave ${otherWay} help cost ${helpCost} hour ${hour} why cost ${whyCost}`;
    }
    case 'ride-give':
    case 'loan-give': {
      const { object, need, peace } = sight.script;
      return `want ${object} need ${wordsOf(need)} leave ${peace - (sight.relation === 'friend' ? 2 : 0)}`;
    }
    case 'hold':
      return secretWords(sight);
    case 'seek': {
      const { planPoints, fact } = sight.script;
      return `maybe ${sight.maybe.join(' ')} secret ${planPoints} ${fact} ${10 - planPoints}`;
    }
    case 'day':
      return `${sight.activity} ${starWords(sight)}`;
    default:
      return assertNever(sight);
  }
}

/**
 * What has come of the talk so far, for the seat to move: turns left first, own marks last if there are any. What a strategy
 * may ask to tell is said again (the thing, the own reason or need, the secret, the stars), so that nobody has to remember it from the start.
 */
export function boardOf(sight: Sight): string {
  const marks = sight.marks > 0 ? ` rude ${sight.marks}` : '';
  return `${sight.left} ${standingWords(sight)}${marks}`;
}

function standingWords(sight: Sight): string {
  const standing = `mine ${dealWords(sight.mine)} theirs ${dealWords(sight.theirs)}`;
  switch (sight.role) {
    case 'ride-ask':
    case 'loan-ask':
      return `${standing} need ${sight.heardNeed ? wordsOf(sight.heardNeed) : 'none'} want ${sight.script.object} why ${sight.script.reason}`;
    case 'ride-give':
    case 'loan-give': {
      const { object, need } = sight.script;
      const asked = sight.isWhatAsked ? ' asked' : '';
      return `${standing} why ${sight.heardWhy ?? 'none'}${asked} want ${object} need ${wordsOf(need)}`;
    }
    case 'hold': {
      const told = `asked ${sight.question ?? 'none'} dodged ${sight.dodges} told ${orNone(sight.toldFacts)}`;
      return `${told} ${secretWords(sight)}`;
    }
    case 'seek': {
      const { maybe, dodged, claimed, script, heardFact } = sight;
      return `maybe ${orNone(maybe)} dodged ${dodged ?? 'none'} said ${claimed ?? 'none'} ${script.fact} ${heardFact ?? 'none'}`;
    }
    case 'day': {
      const { freeOfOther, busyOfOther, isAsked } = sight;
      const heard = [...wordsAfter('free', freeOfOther), ...wordsAfter('busy', busyOfOther)];
      return [standing, ...heard, ...(isAsked && heard.length < 6 ? ['asked'] : []), starWords(sight)].join(' ');
    }
    default:
      return assertNever(sight);
  }
}

function starWords({ stars }: DaySight): string {
  return DAYS.map((day, index) => `${day} ${stars[index]}`).join(' ');
}

function secretWords({ script: { plan, day, place } }: HoldSight): string {
  return `secret ${plan} day ${day} place ${place}`;
}

/** The proposal and what it is worth to the own seat. */
function dealWords(deal: Sight['mine']): string {
  return deal ? `${deal.text} ${deal.value}` : 'none';
}

function orNone(words: readonly string[]): string {
  return words.length > 0 ? words.join(' ') : 'none';
}

function wordsAfter(label: string, words: readonly string[]): string[] {
  return words.length > 0 ? [label, ...words] : [];
}
