import type { RandomStream } from '../../base/random.ts';
import type { Family } from './strategyWords.ts';
import type { AskSight, DaySight, GiveSight, HoldSight, SeekSight, Sight } from './sight.ts';
import type { SocialStrategy } from './strategy.ts';
import type { Temper } from './tempers.ts';
import { AMOUNTS, CHORES, DAYS, PLANS } from './words.ts';
import type { Tone } from './words.ts';

/** What a player of this temper does; `said` are the texts of its own earlier choices, so that it does not repeat them. */
export function chooseSensibly(
  sight: Sight,
  temper: Temper,
  said: readonly string[],
  random: RandomStream,
): SocialStrategy {
  const tone = drawTone(temper, random);
  const chance = (share: number) => random.uniform() < share;
  const act = (family: Family, value: string | null = null, as: Tone = tone): SocialStrategy => ({
    family,
    value,
    tone: as,
  });
  const plain = (family: Family, value: string | null = null) => act(family, value, 'plain');
  if (sight.marks > 1 && chance(0.5 * temper.openness)) return plain('sorry');
  switch (sight.role) {
    case 'ride-ask':
    case 'loan-ask':
      return ask(sight);
    case 'ride-give':
    case 'loan-give':
      return give(sight);
    case 'hold':
      return hold(sight);
    case 'seek':
      return seek(sight);
    case 'day':
      return meet(sight);
  }

  function isEnough(points: number): boolean {
    const patience = Math.min((sight.left - 1) / 4, 1);
    return points >= temper.least + (temper.aim - temper.least) * patience;
  }

  function ask({ theirs, heardNeed, script, left, isWhyTold }: AskSight): SocialStrategy {
    const hasGoodOffer = theirs !== null && theirs.value > script.otherWay;
    if (theirs && hasGoodOffer && (isEnough(theirs.value) || left === 1)) return act('accept');
    if (left === 1) return act('leave');
    if (heardNeed && !said.includes(`comply ${heardNeed.kind}`)) {
      if (heardNeed.kind === 'why') return isWhyTold || !chance(temper.openness + 0.2) ? beg() : plain('why');
      if (heardNeed.kind === 'please') return act('comply', null, 'polite');
      return chance(0.8) ? act('comply') : act('pay', random.pick(AMOUNTS));
    }
    if (theirs && hasGoodOffer && left === 2 && chance(0.6)) return act('accept');
    const openings: SocialStrategy[] = [beg(), act('what'), act('what')];
    if (!isWhyTold && script.whyCost < 2) openings.push(plain('why'));
    if (said.length > 0) {
      const paid = said.filter((text) => text.startsWith('pay')).length;
      openings.push(act('pay', AMOUNTS[Math.min(paid + random.index(3), 5)] ?? '2'), act('hour', script.hour));
      if (script.helpCost < 3) openings.push(act('help', random.pick(CHORES)));
    }
    if (theirs && chance(0.2)) openings.push(act('reject'));
    return fresh(openings);
  }

  function beg(): SocialStrategy {
    return act('beg');
  }

  function give({ theirs, script, isWhatAsked, heardWhy, left }: GiveSight): SocialStrategy {
    const { need, peace } = script;
    if (theirs && (theirs.value >= 8 || (temper.aim < 4 && chance(0.5)))) return act('accept');
    if (left === 1 && theirs && theirs.value >= peace && chance(0.8)) return act('accept');
    if (left === 1 && !theirs) return act('leave');
    if (need.kind === 'why' && heardWhy === null && chance(0.7)) return act('ask-why');
    if ((isWhatAsked || chance(0.3)) && chance(temper.openness) && !said.includes('need')) return plain('need');
    if (need.kind === 'pay') {
      const greed = temper.aim >= 8 ? random.index(3) : 0;
      return act('charge', String(Math.min(Number(need.value) + greed, 7)));
    }
    if (need.kind === 'help') return act('chore', need.value);
    if (need.kind === 'hour') return act('time', need.value);
    if (heardWhy !== null || temper.aim < 7) return fresh([act('gift'), act('ask-why')]);
    const stalls = [act('ask-why'), plain('need'), act('charge', random.pick(AMOUNTS))];
    return fresh(theirs ? [...stalls, act('reject')] : stalls);
  }

  function hold({ question, script, dodges, toldFacts, hasThanked, relation }: HoldSight): SocialStrategy {
    if (question === 'day' || question === 'place') {
      return chance(temper.openness + 0.3) ? plain('fact', question) : act('refuse');
    }
    const lie = () => plain('lie', random.pick(PLANS.filter((plan) => plan !== script.plan)));
    const dodge = () => (dodges === 0 ? plain('deflect') : act('refuse', null, chance(0.6) ? 'polite' : tone));
    if (question === script.plan) {
      if (chance(temper.deceit)) return act('deny');
      return chance(temper.openness * 0.15) ? plain('confess') : dodge();
    }
    if (question !== null && question !== 'plan') return chance(0.8) ? act('deny') : dodge();
    if (question === 'plan') {
      if (chance(temper.deceit * 0.6)) return lie();
      if (chance(temper.openness * 0.2)) return plain('hint', hintPair(script.plan));
      return dodge();
    }
    if (relation === 'friend' && !hasThanked && chance(0.5)) return plain('thank');
    if (toldFacts.length === 0 && chance(0.4)) return plain('fact', random.pick(['day', 'place']));
    return plain('talk');
  }

  function hintPair(plan: string): string {
    const other = random.pick(PLANS.filter((candidate) => candidate !== plan));
    return random.shuffled([plan, other]).join(' ');
  }

  function seek({
    maybe,
    dodged,
    claimed,
    heardFact,
    script,
    left,
    hasStatement,
    relation,
    hasThanked,
  }: SeekSight): SocialStrategy {
    const isClaimLikely = claimed !== null && maybe.includes(claimed);
    if (claimed !== null && !isClaimLikely && hasStatement && chance(0.5) && !said.includes('accuse'))
      return plain('accuse');
    const wantsFact = heardFact === null && !said.slice(-1).includes('ask-fact');
    if (left === 1) {
      if (heardFact === null && script.planPoints < 5 && chance(0.3)) return act('ask-fact', script.fact);
      return plain('name', bestGuess());
    }
    if (wantsFact && chance(script.planPoints < 5 ? 0.8 : 0.5)) return act('ask-fact', script.fact);
    const isSure =
      maybe.length === 1 || isClaimLikely || (dodged !== null && maybe.includes(dodged) && temper.aim >= 8);
    if (isSure && (heardFact !== null || left <= 2)) return plain('name', bestGuess());
    const open = maybe.filter((plan) => plan !== dodged && !said.includes(`guess ${plan}`));
    if (open.length > 0 && chance(0.7)) return act('guess', random.pick(open));
    if (relation === 'friend' && !hasThanked && chance(0.3)) return plain('thank');
    return wantsFact ? act('ask-fact', script.fact) : act('ask-plan');

    function bestGuess(): string {
      if (claimed !== null && isClaimLikely) return claimed;
      if (dodged !== null && maybe.includes(dodged) && chance(0.8)) return dodged;
      return maybe.length > 0 ? random.pick(maybe) : random.pick(PLANS);
    }
  }

  function meet({
    stars,
    theirs,
    freeOfOther,
    busyOfOther,
    toldFree,
    toldBusy,
    isAsked,
    hasAsked,
    left,
  }: DaySight): SocialStrategy {
    const starsOn = (day: string) => stars[DAYS.findIndex((name) => name === day)] ?? 0;
    const best = (days: readonly string[]) => random.shuffled(days).sort((one, other) => starsOn(other) - starsOn(one));
    if (theirs && theirs.value > 0 && (isEnough(theirs.value) || left === 1)) return act('accept');
    if (theirs && starsOn(theirs.text) === 0 && !toldBusy.includes(theirs.text) && chance(temper.openness * 0.5)) {
      return plain('busy', theirs.text);
    }
    const [shared] = best(freeOfOther);
    if (shared !== undefined && starsOn(shared) >= 2 && chance(0.7)) return act('compromise', shared);
    if (isAsked && chance(temper.openness)) {
      const [untold] = best(DAYS.filter((day) => !toldFree.includes(day) && starsOn(day) > 0));
      if (untold !== undefined) return plain('free', untold);
    }
    if (!hasAsked && chance(temper.openness * 0.4)) return act('ask-days');
    if (shared !== undefined && starsOn(shared) > 0 && left <= 2) return act('compromise', shared);
    const possible = DAYS.filter((day) => starsOn(day) > 0 && !busyOfOther.includes(day));
    const untried = possible.filter((day) => !said.includes(`day ${day}`));
    const [next] = best(untried.length > 0 && temper.aim < 10 ? untried : possible);
    return next === undefined ? act('ask-days') : act('day', next);
  }

  /** One that was not chosen before, where there is one. */
  function fresh(choices: readonly SocialStrategy[]): SocialStrategy {
    const unsaid = choices.filter((choice) => !said.includes(choiceText(choice)));
    return random.pick(unsaid.length > 0 ? unsaid : choices);
  }
}

/** How a player remembers a choice: `guess party`, `what`. */
export function choiceText({ family, value }: SocialStrategy): string {
  return value === null ? family : `${family} ${value}`;
}

function drawTone({ politeness, bluntness }: Temper, random: RandomStream): Tone {
  const draw = random.uniform();
  return draw < politeness ? 'polite' : draw < politeness + bluntness ? 'blunt' : 'plain';
}
