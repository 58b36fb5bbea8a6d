import { z } from 'zod';
import type { SeatIndex } from '../../record/scenario.ts';

/** What the two are to each other, in SOTOPIA's order: its files write the position, 0 to 5. */
export const RELATIONSHIPS = ['stranger', 'know-by-name', 'acquaintance', 'friend', 'romantic', 'family'] as const;
export const Relationship = z.enum(RELATIONSHIPS);
export type Relationship = z.infer<typeof Relationship>;

const Text = z.string().trim().min(1);

/** Somebody who can sit at either seat. */
export const Character = z.strictObject({
  id: Text,
  firstName: Text,
  lastName: z.string(),
  age: z.int().min(0).max(150),
  gender: Text,
  pronouns: Text,
  occupation: Text,
  publicInfo: z.string(),
  /** Personality and values. */
  personality: z.string(),
  /** Nobody but the character ever reads it. */
  secret: z.string(),
});
export type Character = z.infer<typeof Character>;

export function nameOf({ firstName, lastName }: Character): string {
  return `${firstName} ${lastName}`.trim();
}

/** What one is shown of a character. */
type Sight = 'self' | 'personality' | 'public' | 'name' | 'nothing';

/** SOTOPIA's table of who sees what of the other. Nobody sees the other's secret. */
const SIGHT_OF_OTHER: Readonly<Record<Relationship, Sight>> = {
  stranger: 'nothing',
  'know-by-name': 'name',
  acquaintance: 'public',
  friend: 'personality',
  romantic: 'personality',
  family: 'personality',
};

/** The background of the character in `owner` as the seat `viewer` may read it; null when there is nothing to read. */
export function background(
  character: Character,
  owner: SeatIndex,
  viewer: SeatIndex,
  relationship: Relationship,
): string | null {
  const sight = owner === viewer ? 'self' : SIGHT_OF_OTHER[relationship];
  if (sight === 'nothing') return null;
  if (sight === 'name') return `${nameOf(character)}.`;
  const { firstName, age, gender, occupation, pronouns, publicInfo, personality, secret } = character;
  const sentences = [
    `${nameOf(character)} is a ${age}-year-old ${gender.toLowerCase()} ${occupation.toLowerCase()}.`,
    `${pronouns} pronouns.`,
    publicInfo,
  ];
  if (sight !== 'public' && personality) sentences.push(`Personality and values: ${personality}`);
  if (sight === 'self' && secret) sentences.push(`${firstName}'s secret: ${secret}`);
  return sentences.filter(Boolean).join(' ');
}
