import { BargainScenario } from '../src/environment/bargaining/scenarios.ts';
import { CARDS } from '../src/environment/calibration/kuhnPoker/cards.ts';
import { KuhnScenario } from '../src/environment/calibration/kuhnPoker/scenarios.ts';
import { DealScenario } from '../src/environment/negotiation/schemas.ts';
import { PriorityScenario } from '../src/environment/priority/scenarios.ts';
import { SocialScenario } from '../src/environment/social/scenario.ts';
import { DAYS, FACTS } from '../src/environment/social/words.ts';
import { SotopiaScenario } from '../src/environment/sotopia/scenario.ts';
import type { EnvironmentName } from '../src/record/environmentName.ts';
import type { Scenario } from '../src/record/scenario.ts';

/** The same scenario, but for what seat 1 alone knows; null where nobody sits there, or where it knows nothing of its own. */
export function withOtherSecrets(name: EnvironmentName, scenario: Scenario): Scenario | null {
  switch (name) {
    case 'deal-or-no-deal': {
      const { values, ...rest } = DealScenario.parse(scenario);
      const [own, [book, hat, ball]] = values;
      return DealScenario.parse({ ...rest, values: [own, [(book + 1) % 11, hat, ball]] });
    }
    case 'price-bargaining': {
      const { limits, ...rest } = BargainScenario.parse(scenario);
      const [own, other] = limits;
      return BargainScenario.parse({ ...rest, limits: [own, other > 50 ? other - 7 : other + 7] });
    }
    case 'priority-negotiation': {
      const { rankings, stories, ...rest } = PriorityScenario.parse(scenario);
      const [own, [first, second, third]] = rankings;
      const story = { ...stories[1], companion: (stories[1].companion + 1) % 4 };
      return PriorityScenario.parse({ ...rest, rankings: [own, [second, third, first]], stories: [stories[0], story] });
    }
    case 'kuhn-poker': {
      const { deal, ...rest } = KuhnScenario.parse(scenario);
      return KuhnScenario.parse({ ...rest, deal: [deal[0], CARDS.find((card) => !deal.includes(card))] });
    }
    case 'social': {
      const { script, ...rest } = SocialScenario.parse(scenario);
      return SocialScenario.parse({ ...rest, script: otherScript(script) });
    }
    case 'sotopia': {
      const { people, goals, scoring, ...rest } = SotopiaScenario.parse(scenario);
      const [own, other] = people;
      const checks = scoring.kind === 'checks' ? scoring.checks[0] : [];
      return SotopiaScenario.parse({
        ...rest,
        people: [own, { ...other, secret: 'Has never told anybody about the lighthouse.' }],
        goals: [goals[0], 'Stay to the end.'],
        scoring: { kind: 'checks', checks: [checks, [{ kind: 'stays', who: 'self', points: 10 }]] },
      });
    }
    case 'shop':
    case 'household':
    case 'guess-the-number':
    case 'two-arms':
      return null;
  }
}

function otherScript(script: SocialScenario['script']): unknown {
  switch (script.kind) {
    case 'ride':
    case 'loan': {
      const need = script.need.kind === 'please' ? { kind: 'pay', value: '3' } : { kind: 'please', value: null };
      return { ...script, need, peace: script.peace + 1 };
    }
    case 'day': {
      const [own, other] = script.stars;
      return { ...script, stars: [own, other.map((stars) => (stars + 1) % 4)] };
    }
    case 'secret': {
      if (script.holder === 0) {
        const fact = FACTS.find((candidate) => candidate !== script.fact);
        return { ...script, fact, maybe: script.maybe.toReversed(), planPoints: script.planPoints === 8 ? 4 : 8 };
      }
      const day = DAYS.find((candidate) => candidate !== script.day);
      return { ...script, day, plan: script.maybe.find((plan) => plan !== script.plan) };
    }
  }
}
