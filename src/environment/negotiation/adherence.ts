import { assertNever } from '../../base/errors.ts';
import type { StrategyReading } from '../../record/episode.ts';
import { isSameShare } from './division.ts';
import { KINDS } from './language.ts';
import type { Kind, StrategyFamily, WordFamily } from './language.ts';
import { strategyTarget } from './strategies.ts';
import type { AdvisedTable } from './strategies.ts';
import { parseStrategy } from './strategyText.ts';
import type { Strategy } from './strategyText.ts';
import type { DealAction, Triple } from './schemas.ts';

/** Reads a strategy on the table where it was given; `action` is what the agent then did. */
export function readStrategyOn(table: AdvisedTable, text: string, action: DealAction): StrategyReading {
  const strategy = parseStrategy(text);
  if (!strategy) return { family: null, isApplicable: false, isFollowed: null };
  const { family } = strategy;
  const target = strategyTarget(strategy, table);
  switch (target.kind) {
    case 'inapplicable':
      return { family, isApplicable: false, isFollowed: null };
    case 'words':
      return { family, isApplicable: true, isFollowed: isSaid(target.family, strategy, table, action) };
    case 'share':
      return { family, isApplicable: true, isFollowed: isClaimed(strategy, target.share, table.counts, action) };
    default:
      return assertNever(target);
  }
}

/** Whether the proposal is the share that was asked for. Halves of odd numbers may be rounded either way. */
function isClaimed({ family, items }: Strategy, share: Triple, counts: Triple, action: DealAction): boolean {
  if (action.kind !== 'propose' && action.kind !== 'insist') return false;
  const said = action.share;
  const halved = halvedKinds(family, items);
  if (halved) {
    const isHalf = (kind: Kind) => Math.abs(2 * said[kind] - counts[kind]) <= 1;
    const isAsAsked = KINDS.every((kind) => (halved.includes(kind) ? isHalf(kind) : said[kind] === share[kind]));
    return isAsAsked && !isSameShare(said, counts); // two single items are not split by taking both
  }
  return isSameShare(said, share) && (family !== 'finalOffer' || action.isFinal === true);
}

/** What is to be split, where the strategy says to split something. */
function halvedKinds(family: StrategyFamily, items: readonly Kind[]): readonly Kind[] | null {
  if (family === 'even') return KINDS;
  if (family === 'halve') return items;
  return family === 'keepOneSplitRest' ? KINDS.filter((kind) => !items.includes(kind)) : null;
}

/** Whether the words are those that were asked for; null when they are about an item and the action does not say which. */
function isSaid(family: WordFamily, { items }: Strategy, { values }: AdvisedTable, action: DealAction): boolean | null {
  const [item] = items;
  const isAbout = (said: number | undefined, holds: boolean) => (said === undefined ? null : said === item && holds);
  switch (family) {
    case 'accept':
    case 'reject':
      return action.kind === family;
    case 'leave':
      return action.kind === 'walk-away';
    case 'complain':
      return action.kind === 'reject' && action.isComplaint === true;
    case 'ask':
      return action.kind === 'ask' && action.item === undefined && action.about === undefined;
    case 'askItem':
      return action.kind === 'ask' && action.item === item;
    case 'yield':
      return action.kind === 'ask' && action.about === 'proposal';
    case 'tell':
    case 'bluff':
      return action.kind === 'tell' && isAbout(action.item, action.stance === 'wants');
    case 'deny':
      return action.kind === 'tell' && isAbout(action.item, action.stance === 'spares');
    case 'explain':
      return action.kind === 'tell' && isAbout(action.item, action.stance === 'wants' && action.hasReason === true);
    case 'reveal':
      return action.kind === 'tell' && isAbout(action.item, item !== undefined && action.points === values[item]);
    case 'smallTalk':
      return isTalkAbout('small-talk', action);
    case 'thank':
      return isTalkAbout('thanks', action);
    case 'apologise':
      return isTalkAbout('apology', action);
    case 'hurry':
      return isTalkAbout('hurry', action);
    case 'stall':
      return isTalkAbout('thinking', action);
    case 'warn':
      return isTalkAbout('warning', action);
    default:
      return assertNever(family);
  }
}

function isTalkAbout(topic: (DealAction & { kind: 'talk' })['topic'], action: DealAction): boolean {
  return action.kind === 'talk' && action.topic === topic;
}
