import type { Character } from '../src/environment/sotopia/character.ts';
import { SotopiaScenario } from '../src/environment/sotopia/scenario.ts';

function person(firstName: string, changes: Partial<Character> = {}): Character {
  return {
    id: firstName.toLowerCase(),
    firstName,
    lastName: 'Gray',
    age: 40,
    gender: 'Woman',
    pronouns: 'She/her',
    occupation: 'Baker',
    publicInfo: `${firstName} plays the tuba.`,
    personality: 'Patient.',
    secret: `${firstName} cannot bake.`,
    ...changes,
  };
}

/** Two who settle a day and a price. Seat 0 likes friday and 20 dollars, seat 1 sunday and 60, and keeps quiet about a leak. */
export function writeScenario(changes: Partial<SotopiaScenario> = {}): SotopiaScenario {
  return SotopiaScenario.parse({
    environment: 'sotopia',
    id: 'test/boat/ada+ben',
    canonicalId: 'test/boat',
    split: 'train',
    situation: 'Somebody rents a boat.',
    relationship: 'stranger',
    people: [person('Ada'), person('Ben')],
    goals: ['Rent it on friday for 20 dollars.', 'Rent it out on sunday for 60 dollars; it has a "leak".'],
    issues: [
      { kind: 'choice', name: 'day', options: ['friday', 'saturday', 'sunday'] },
      { kind: 'amount', name: 'price', unit: 'dollars', from: 10, to: 70, step: 10 },
    ],
    scoring: {
      kind: 'checks',
      checks: [
        [
          { kind: 'agrees', issue: 'day', worth: { friday: 1, saturday: 0.5 }, points: 4 },
          { kind: 'amount', issue: 'price', worst: 60, best: 20, points: 6 },
        ],
        [
          { kind: 'agrees', issue: 'day', worth: { sunday: 1, saturday: 0.5 }, points: 2 },
          { kind: 'amount', issue: 'price', worst: 20, best: 60, points: 4 },
          { kind: 'avoids', who: 'self', phrases: ['leak', 'a leak'], points: 3 },
          { kind: 'stays', who: 'other', points: 1 },
        ],
      ],
    },
    ...changes,
  });
}
