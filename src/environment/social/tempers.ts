/** What makes one player differ from another. Shares are between 0 and 1. */
export interface Temper {
  readonly temperament: string;
  /** Share of turns in which it does something at random. */
  readonly confusion: number;
  readonly politeness: number;
  readonly bluntness: number;
  /** Share of own wishes told, needs admitted, questions answered. */
  readonly openness: number;
  /** Points it wants at least with all its turns left; falls to `least` towards the end. */
  readonly aim: number;
  readonly least: number;
  /** Share of lies among its answers about a secret. */
  readonly deceit: number;
}

export const TEMPERS: readonly Temper[] = [
  {
    temperament: 'clever',
    confusion: 0.05,
    politeness: 0.4,
    bluntness: 0,
    openness: 0.6,
    aim: 8,
    least: 4,
    deceit: 0.1,
  },
  { temperament: 'kind', confusion: 0.1, politeness: 0.5, bluntness: 0, openness: 0.9, aim: 6, least: 3, deceit: 0 },
  { temperament: 'soft', confusion: 0.15, politeness: 0.2, bluntness: 0, openness: 0.7, aim: 3, least: 2, deceit: 0 },
  {
    temperament: 'greedy',
    confusion: 0.1,
    politeness: 0.1,
    bluntness: 0.1,
    openness: 0.2,
    aim: 10,
    least: 7,
    deceit: 0.5,
  },
  { temperament: 'rude', confusion: 0.15, politeness: 0, bluntness: 0.7, openness: 0.3, aim: 8, least: 5, deceit: 0.3 },
  {
    temperament: 'confused',
    confusion: 0.7,
    politeness: 0.2,
    bluntness: 0.2,
    openness: 0.5,
    aim: 6,
    least: 3,
    deceit: 0.3,
  },
  {
    temperament: 'erratic',
    confusion: 0.4,
    politeness: 0.3,
    bluntness: 0.4,
    openness: 0.5,
    aim: 7,
    least: 2,
    deceit: 0.5,
  },
];
