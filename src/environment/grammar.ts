import type { RandomStream } from '../base/random.ts';

/**
 * Phrase templates that write and read. `(a|b|)` is a choice, nested as deep as you like, an empty branch included;
 * `{name}` is a slot. One template is therefore many sentences, and the same template reads all of them back.
 */
export type Template = string;
/** Text for each slot when writing; a regular expression source (no capturing groups) for each slot when reading. */
export type Slots = Readonly<Record<string, string>>;

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'slot'; readonly name: string }
  | { readonly kind: 'choice'; readonly branches: readonly (readonly Node[])[] };

/** One sentence of the template: every choice drawn (each branch equally likely), slots filled, first letter as written. */
export function writeText(template: Template, random: RandomStream, slots: Slots = {}): string {
  const write = (nodes: readonly Node[]): string => nodes.map(writeNode).join('');
  const writeNode = (node: Node): string => {
    if (node.kind === 'text') return node.text;
    if (node.kind === 'choice') return write(random.pick(node.branches));
    const text = slots[node.name];
    if (text === undefined) throw new Error(`writeText: nothing for {${node.name}} in “${template}”`);
    return text;
  };
  return tidy(write(parsed(template)));
}

/** Every sentence of the template, its slots unfilled. Grows with the product of its choices: for strategies and counts. */
export function textsOf(template: Template): string[] {
  const all = (nodes: readonly Node[]): string[] =>
    nodes.reduce<string[]>((texts, node) => texts.flatMap((text) => allOf(node).map((next) => text + next)), ['']);
  const allOf = (node: Node): string[] => {
    if (node.kind === 'text') return [node.text];
    return node.kind === 'slot' ? [`{${node.name}}`] : node.branches.flatMap(all);
  };
  return [...new Set(all(parsed(template)).map(tidy))];
}

/** What a text says: the meaning whose template it is, and what stood in the slots. */
export interface Reading<Meaning> {
  readonly meaning: Meaning;
  readonly slots: Readonly<Record<string, string>>;
}

/**
 * Reads texts by the templates that write them, in the order given; null when none fits. Case, punctuation and spacing
 * do not matter. A slot that stands twice in a template must say the same both times.
 */
export function createReader<Meaning>(
  meanings: readonly { readonly meaning: Meaning; readonly templates: readonly Template[] }[],
  slotPatterns: Slots,
): (text: string) => Reading<Meaning> | null {
  const patterns = meanings.flatMap(({ meaning, templates }) =>
    templates.map((template) => ({
      meaning,
      words: certainWords(template),
      pattern: new RegExp(`^${patternOf(template, slotPatterns)}$`),
    })),
  );
  return (text) => {
    const plain = plainText(text);
    for (const { meaning, words, pattern } of patterns) {
      // Most templates are ruled out by a word that is missing: their patterns, long and slow to compile, are not tried.
      if (!words.every((word) => plain.includes(word))) continue;
      const match = pattern.exec(plain);
      const slots = match && agreeingSlots(match.groups ?? {});
      if (slots) return { meaning, slots };
    }
    return null;
  };
}

/** Lower case, no punctuation but what belongs to a word or number (apostrophe, hyphen, decimal point), single spaces. */
export function plainText(text: string): string {
  return text
    .toLowerCase()
    .replace(/[’`]/g, "'")
    .replace(/[^\p{L}\p{N}'.\-\s]|(?<!\d)\.|\.(?!\d)/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The first letter as a capital. */
export function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const parsedTemplates = new Map<Template, readonly Node[]>();

function parsed(template: Template): readonly Node[] {
  let nodes = parsedTemplates.get(template);
  if (!nodes) {
    const [sequence, end] = parseSequence(template, 0);
    if (template.charAt(end) === '|') throw new Error(`a choice of “${template}” stands outside of brackets`);
    if (end < template.length) throw new Error(`a bracket of “${template}” is closed that was never opened`);
    nodes = sequence;
    parsedTemplates.set(template, nodes);
  }
  return nodes;
}

/** Reads up to `|`, `)` or the end; returns what it read and where it stopped. */
function parseSequence(template: Template, start: number): [Node[], number] {
  const nodes: Node[] = [];
  let position = start;
  while (position < template.length && !'|)'.includes(template.charAt(position))) {
    const character = template.charAt(position);
    if (character === '(') {
      const branches: Node[][] = [];
      do {
        const [branch, end] = parseSequence(template, position + 1);
        branches.push(branch);
        position = end;
      } while (template.charAt(position) === '|');
      if (template.charAt(position) !== ')') throw new Error(`a bracket of “${template}” is never closed`);
      nodes.push({ kind: 'choice', branches });
      position++;
    } else if (character === '{') {
      const end = template.indexOf('}', position);
      if (end < 0) throw new Error(`a slot of “${template}” is never closed`);
      const name = template.slice(position + 1, end);
      if (!/^[a-z][a-z\d]*$/i.test(name)) throw new Error(`“${name}” is no name for a slot of “${template}”`);
      nodes.push({ kind: 'slot', name });
      position = end + 1;
    } else {
      const [text] = /^[^(){}|]+/.exec(template.slice(position)) ?? [''];
      if (text === '') throw new Error(`“${character}” cannot stand in “${template}”`);
      nodes.push({ kind: 'text', text });
      position += text.length;
    }
  }
  return [nodes, position];
}

/**
 * A gap between words: one space, or nothing at either end of the text and behind a space already read. So the gaps
 * around an empty branch are one gap, and words that the template keeps apart are never read as one.
 */
const GAP = '(?: |(?<= )|^|$)';
const OCCURRENCE = /_\d+$/;

/**
 * A pattern for plain text. Each occurrence of a slot is a group of its own (`name_1`, `name_2`, …). Where an earlier
 * one is sure to have been read, a later one refers back to it: of the groups of a choice only one took part, and a
 * reference to the others matches nothing. Where that is not sure, `agreeingSlots` compares them.
 */
function patternOf(template: Template, slotPatterns: Slots): string {
  let occurrences = 0;
  const source = (nodes: readonly Node[], known: Map<string, readonly string[]>): string =>
    nodes.map((node) => sourceOf(node, known)).join('');
  const sourceOf = (node: Node, known: Map<string, readonly string[]>): string => {
    if (node.kind === 'text') return plainPattern(node.text);
    if (node.kind === 'choice') {
      const branches = node.branches.map((branch) => {
        const knownThere = new Map(known);
        return { source: source(branch, knownThere), known: knownThere };
      });
      for (const name of branches[0]?.known.keys() ?? []) {
        const groups = branches.map((branch) => branch.known.get(name));
        if (groups.every((names) => names !== undefined)) known.set(name, [...new Set(groups.flat())]);
      }
      return `(?:${branches.map((branch) => branch.source).join('|')})`;
    }
    const pattern = slotPatterns[node.name];
    if (pattern === undefined) throw new Error(`createReader: no pattern for {${node.name}} in “${template}”`);
    const earlier = known.get(node.name);
    if (earlier) return earlier.map((group) => `\\k<${group}>`).join('');
    const group = `${node.name}_${++occurrences}`;
    known.set(node.name, [group]);
    return `(?<${group}>${pattern})`;
  };
  return `${GAP}${source(parsed(template), new Map())}${GAP}`;
}

/** Words that stand outside of every choice: each text of the template has all of them. */
function certainWords(template: Template): readonly string[] {
  const texts = parsed(template).flatMap((node) => (node.kind === 'text' ? [node.text] : []));
  return texts.flatMap((text) => text.toLowerCase().match(/[a-z\d]+/g) ?? []);
}

/** Spaces and punctuation of the template are gaps, words match themselves. A full stop may belong to a number. */
function plainPattern(text: string): string {
  return text
    .toLowerCase()
    .replace(/[’`]/g, "'")
    .replace(/[^\p{L}\p{N}'.\-]+/gu, ' ')
    .replace(/ ?\. ?|[ -]/g, (found) => (found === '-' ? '\\-' : found === '.' ? `(?:\\.|${GAP})` : GAP));
}

/** The slots of a match by name; null when two occurrences of a slot say different things. */
function agreeingSlots(groups: Readonly<Record<string, string | undefined>>): Record<string, string> | null {
  const slots: Record<string, string> = {};
  for (const [group, text] of Object.entries(groups)) {
    if (text === undefined) continue;
    const name = group.replace(OCCURRENCE, '');
    if (slots[name] !== undefined && slots[name] !== text.trim()) return null;
    slots[name] = text.trim();
  }
  return slots;
}

/** Single spaces, none before punctuation. */
function tidy(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ([,.!?;:])/g, '$1')
    .trim();
}
