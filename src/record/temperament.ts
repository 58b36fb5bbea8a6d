/** The characters of rule-made negotiators: the same names in every negotiation, each with the numbers that suit the game. */
export const TEMPERAMENT_NAMES = [
  'shrewd',
  'steady',
  'friendly',
  'soft',
  'tough',
  'rude',
  'chatty',
  'confused',
  'erratic',
] as const;
export type TemperamentName = (typeof TEMPERAMENT_NAMES)[number];
