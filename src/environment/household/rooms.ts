/** What there is in the world of houses, and where people keep it. */

/** Places that have a door or a lid, shut at first. */
export const CLOSABLE = ['fridge', 'microwave', 'cabinet', 'drawer', 'safe'];
/** Places one puts things in; on all the others they stand. */
export const HOLLOW = [...CLOSABLE, 'sinkbasin', 'bin', 'tub'];
/** Places of work: no task asks to leave a thing there. */
export const NO_TARGETS = ['microwave', 'sinkbasin', 'stove'];
export const LAMP = 'desklamp';
export const LAMP_HOMES = ['desk', 'dresser', 'table', 'shelf'];

export type Room = keyof typeof ROOMS;

/** Per room its layouts: how many there are of each place, in the order in which they are listed. */
export const ROOMS = {
  kitchen: [
    { fridge: 1, microwave: 1, sinkbasin: 1, counter: 1, cabinet: 2, drawer: 1, table: 1, bin: 1 },
    { counter: 2, cabinet: 1, fridge: 1, stove: 1, sinkbasin: 1, microwave: 1, drawer: 2, shelf: 1 },
    { table: 1, shelf: 2, counter: 1, drawer: 1, fridge: 1, microwave: 1, sinkbasin: 1, cabinet: 2 },
    { sinkbasin: 1, counter: 2, stove: 1, cabinet: 3, fridge: 1, microwave: 1, table: 1 },
    { cabinet: 2, drawer: 2, sinkbasin: 1, stove: 1, table: 2, bin: 1, microwave: 1, fridge: 1 },
    { microwave: 1, bin: 1, shelf: 1, table: 1, counter: 2, fridge: 1, cabinet: 1, sinkbasin: 1, drawer: 1 },
  ],
  bedroom: [
    { bed: 1, desk: 1, dresser: 1, drawer: 2, shelf: 2, bin: 1 },
    { desk: 2, bed: 1, drawer: 3, safe: 1, chair: 1 },
    { shelf: 3, bed: 1, dresser: 1, safe: 1, desk: 1, bin: 1 },
    { drawer: 2, dresser: 1, bed: 2, desk: 1, shelf: 1, chair: 1 },
    { chair: 1, safe: 1, desk: 1, shelf: 1, drawer: 3, bed: 1, bin: 1 },
    { bed: 1, dresser: 2, desk: 2, shelf: 2, safe: 1 },
  ],
  'living room': [
    { sofa: 1, chair: 1, table: 2, shelf: 2, drawer: 1, bin: 1 },
    { table: 1, sofa: 1, cabinet: 2, desk: 1, shelf: 2, chair: 1 },
    { chair: 2, sofa: 1, dresser: 1, drawer: 2, table: 1, bin: 1 },
    { cabinet: 1, table: 2, desk: 1, sofa: 2, drawer: 2 },
    { shelf: 3, sofa: 1, table: 1, safe: 1, chair: 2, bin: 1 },
    { dresser: 1, drawer: 2, sofa: 1, table: 1, shelf: 1, cabinet: 1, chair: 1 },
  ],
  bathroom: [
    { sinkbasin: 1, toilet: 1, cabinet: 2, counter: 1, tub: 1, bin: 1 },
    { toilet: 1, sinkbasin: 1, drawer: 2, counter: 1, shelf: 1, bin: 1 },
    { tub: 1, cabinet: 3, toilet: 1, sinkbasin: 1, shelf: 1 },
    { counter: 1, sinkbasin: 2, cabinet: 2, drawer: 1, toilet: 1, tub: 1 },
    { shelf: 2, toilet: 1, tub: 1, sinkbasin: 1, cabinet: 1, drawer: 1, bin: 1 },
    { cabinet: 2, bin: 1, counter: 2, toilet: 1, sinkbasin: 1, tub: 1 },
  ],
} satisfies Record<string, readonly Readonly<Record<string, number>>[]>;
export const ROOM_NAMES = Object.keys(ROOMS) as Room[]; // the keys of a literal are its key type

export type Preparation = 'clean' | 'heat' | 'cool';

export interface KindOfObject {
  readonly rooms: readonly Room[];
  /** Kinds of places where it is kept, the likeliest first. */
  readonly homes: readonly string[];
  readonly preparations: readonly Preparation[];
}

const kept = (rooms: readonly Room[], homes: string, preparations: readonly Preparation[] = []): KindOfObject => ({
  rooms,
  homes: homes.split(' '),
  preparations,
});
const KITCHEN = ['kitchen'] as const;
const BEDROOM = ['bedroom'] as const;
const LIVING = ['living room'] as const;
const BATH = ['bathroom'] as const;
const BOTH = ['bedroom', 'living room'] as const;

export const OBJECTS: Readonly<Record<string, KindOfObject>> = {
  apple: kept(KITCHEN, 'fridge counter table bin', ['clean', 'heat', 'cool']),
  bread: kept(KITCHEN, 'counter table fridge', ['heat', 'cool']),
  egg: kept(KITCHEN, 'fridge counter sinkbasin', ['clean', 'heat', 'cool']),
  tomato: kept(KITCHEN, 'fridge counter table', ['clean', 'heat', 'cool']),
  potato: kept(KITCHEN, 'fridge sinkbasin counter', ['clean', 'heat', 'cool']),
  lettuce: kept(KITCHEN, 'fridge counter table', ['clean', 'cool']),
  mug: kept(KITCHEN, 'cabinet counter sinkbasin table', ['clean', 'heat', 'cool']),
  cup: kept(KITCHEN, 'cabinet table sinkbasin shelf', ['clean', 'heat', 'cool']),
  plate: kept(KITCHEN, 'cabinet table sinkbasin', ['clean', 'heat', 'cool']),
  bowl: kept(KITCHEN, 'cabinet shelf table counter', ['clean', 'cool']),
  pan: kept(KITCHEN, 'stove cabinet counter', ['clean', 'cool']),
  pot: kept(KITCHEN, 'stove cabinet counter', ['clean', 'cool']),
  knife: kept(KITCHEN, 'drawer counter table', ['clean']),
  fork: kept(KITCHEN, 'drawer table sinkbasin', ['clean']),
  spoon: kept(KITCHEN, 'drawer sinkbasin table', ['clean']),
  book: kept(BOTH, 'desk bed shelf sofa table'),
  pen: kept(BEDROOM, 'desk drawer dresser'),
  pencil: kept(BEDROOM, 'desk drawer shelf'),
  phone: kept(BEDROOM, 'desk bed dresser'),
  laptop: kept(BOTH, 'desk bed sofa table'),
  watch: kept(BOTH, 'dresser safe drawer table'),
  key: kept(BOTH, 'drawer safe dresser table'),
  card: kept(BOTH, 'desk dresser drawer table'),
  clock: kept(BEDROOM, 'desk shelf dresser'),
  disk: kept(BEDROOM, 'drawer desk safe'),
  pillow: kept(BOTH, 'bed sofa chair'),
  remote: kept(LIVING, 'sofa chair table'),
  paper: kept(LIVING, 'table sofa chair'),
  vase: kept(LIVING, 'shelf table cabinet'),
  statue: kept(LIVING, 'shelf table dresser'),
  box: kept(LIVING, 'sofa table chair'),
  candle: kept(BATH, 'toilet counter shelf'),
  soap: kept(BATH, 'sinkbasin cabinet counter tub', ['clean']),
  cloth: kept(BATH, 'tub cabinet sinkbasin', ['clean']),
  towel: kept(BATH, 'cabinet shelf tub counter'),
  spray: kept(BATH, 'cabinet toilet counter'),
  roll: kept(BATH, 'toilet bin cabinet'),
  sponge: kept(BATH, 'sinkbasin tub cabinet', ['clean']),
};

/** Where an object is prepared, and what it then is. */
export const PREPARATIONS = {
  clean: { at: 'sinkbasin', becomes: 'clean' },
  heat: { at: 'microwave', becomes: 'hot' },
  cool: { at: 'fridge', becomes: 'cold' },
} as const;

export type Condition = (typeof PREPARATIONS)[Preparation]['becomes'];

/** Every kind of place there is. */
export function placeKinds(): string[] {
  return [...new Set(Object.values(ROOMS).flatMap((layouts) => layouts.flatMap((layout) => Object.keys(layout))))];
}

/** `mug` of `mug 1`. */
export function kindOf(name: string): string {
  return name.replace(/ \d+$/, '');
}

/** Kinds of places where to look for a kind of object, the likeliest first. */
export function homesOf(kind: string): readonly string[] {
  return kind === LAMP ? LAMP_HOMES : (OBJECTS[kind]?.homes ?? []);
}

/** `in drawer 1`, `on desk 1`. */
export function inOrOn(place: string): string {
  return `${HOLLOW.includes(kindOf(place)) ? 'in' : 'on'} ${place}`;
}
