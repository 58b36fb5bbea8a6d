/** The things people talk about: the one home of every name, place, day and reason. */
export const NAMES = ['Anna', 'Ben', 'Carl', 'Dora', 'Emma', 'Finn', 'Gina', 'Hugo'] as const;
export const PLACES = ['airport', 'station', 'school', 'market', 'beach', 'office'] as const;
export const THINGS = ['bike', 'tent', 'camera', 'ladder', 'guitar', 'phone'] as const;
export const REASONS = ['exam', 'date', 'wedding', 'interview', 'concert', 'test'] as const;
export const CHORES = ['garden', 'dishes', 'laundry', 'boxes', 'homework'] as const;
export const AMOUNTS = ['2', '3', '4', '5', '6', '7'] as const;
export const HOURS = ['6', '7', '8', '9'] as const;
export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;
export const PLANS = ['party', 'gift', 'trip', 'dinner', 'puppy', 'picnic'] as const;
export const ACTIVITIES = ['lunch', 'coffee', 'chess', 'tennis', 'dinner'] as const;
export const FACTS = ['day', 'place'] as const;

export type Day = (typeof DAYS)[number];
export type Plan = (typeof PLANS)[number];
export type Fact = (typeof FACTS)[number];

/** How something is said. Polite words can be what the other waits for; blunt ones leave a mark. */
export const TONES = ['plain', 'polite', 'blunt'] as const;
export type Tone = (typeof TONES)[number];

const anyOf = (words: readonly string[]) => `(?:${words.join('|').toLowerCase()})`;

/** What may stand in a slot when reading. */
export const SLOT_PATTERNS = {
  name: anyOf(NAMES),
  place: anyOf(PLACES),
  thing: anyOf(THINGS),
  reason: anyOf(REASONS),
  chore: anyOf(CHORES),
  amount: anyOf(AMOUNTS),
  hour: anyOf(HOURS),
  day: anyOf(DAYS),
  plan: anyOf(PLANS),
  other: anyOf(PLANS),
  activity: anyOf(ACTIVITIES),
  fact: anyOf(FACTS),
} as const;
