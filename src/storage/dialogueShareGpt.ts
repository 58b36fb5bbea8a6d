import { z } from 'zod';
import { Dialogue, TRANSCRIPT, type DialogueTurn } from '../record/dialogueSet.ts';
import { describeIssue, unreadable } from './dialogueErrors.ts';

/** `score` is a number as text, on the entries of the model alone; absent before anybody has judged. */
const Entry = z.discriminatedUnion('from', [
  z.looseObject({ from: z.literal('human'), value: z.string() }),
  z.looseObject({
    from: z.literal('gpt'),
    value: z.string(),
    score: z
      .union([z.number(), z.string().regex(/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i, 'is no number')])
      .nullish(),
  }),
]);
const Conversation = z.looseObject({
  conversations: z.array(Entry).min(2),
  /** The dialogue that the lab itself exported: its text is of the same turns. */
  parley: z.string().optional(),
  /** Goal score of the whole, 0–10, in files of the released code before the process rewards. */
  score: z.union([z.number(), z.string()]).nullish(),
});
type Conversation = z.infer<typeof Conversation>;
type Answer = Extract<z.infer<typeof Entry>, { from: 'gpt' }>;

/**
 * Dialogues in ShareGPT's form with a score per entry of the model: what the released code of EPO trains on, and what the lab
 * exports as `epo`. Files of the lab carry the whole dialogue in `parley`, so that the training sequences come back as they
 * were; the words and scores of `conversations` count where somebody has changed them. Of others only the words are known.
 *
 * @throws AppError `dialogues-unreadable` with the entry and the field
 */
export function readShareGpt(name: string, text: string): Dialogue[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw unreadable(name, `It is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const list = z.array(z.unknown()).min(1).safeParse(json);
  if (!list.success) throw unreadable(name, 'It is not a list with a dialogue in it.');
  return list.data.map((entry, index) => {
    const where = (why: string) => unreadable(name, `Dialogue ${index + 1}, ${why}`);
    const conversation = Conversation.safeParse(entry);
    if (!conversation.success) throw where(describeIssue(conversation.error));
    const { conversations, parley } = conversation.data;
    conversations.forEach(({ from }, position) => {
      const due = position % 2 === 0 ? 'human' : 'gpt';
      if (from !== due) throw where(`conversations[${position}].from: it is "${from}", and "${due}" is due.`);
    });
    if (conversations.length % 2 !== 0) throw where('conversations: the last entry has no answer.');
    return parley === undefined
      ? ofWords(conversation.data, index)
      : ofLab(parley, answersOf(conversation.data), index, where);
  });
}

function answersOf({ conversations }: Conversation): Answer[] {
  return conversations.filter((entry) => entry.from === 'gpt');
}

function scoreOf({ score }: Answer): number | null {
  return score === null || score === undefined ? null : Number(score);
}

/** The exported dialogue, with what stands in the conversation now. */
function ofLab(parley: string, answers: readonly Answer[], index: number, where: (why: string) => Error): Dialogue {
  let json: unknown;
  try {
    json = JSON.parse(parley);
  } catch {
    throw where('parley: it is not JSON. Take the column away, or export the run again.');
  }
  const dialogue = Dialogue.safeParse(json);
  if (!dialogue.success) throw where(`parley.${describeIssue(dialogue.error)}`);
  const { learnedSeats, turns } = dialogue.data;
  const own = turns.filter(({ seat }) => learnedSeats.includes(seat));
  if (own.length !== answers.length) {
    throw where(`conversations: it has ${answers.length} answers, and the dialogue in parley has ${own.length}.`);
  }
  let next = 0;
  return {
    ...dialogue.data,
    dialogueId: `${dialogue.data.dialogueId}#${index}`,
    turns: turns.map((turn): DialogueTurn => {
      const answer = learnedSeats.includes(turn.seat) ? answers[next++] : undefined;
      if (!answer) return turn;
      const { sampled, ...words } = turn;
      const isSame = answer.value === turn.strategy;
      return {
        ...words,
        ...(isSame && sampled && { sampled }),
        strategy: answer.value,
        isReadable: isSame ? turn.isReadable : null,
        score: scoreOf(answer),
      };
    }),
  };
}

/**
 * A dialogue of which only the words are known. What the model was told first is its view; later, lines `NAME said: …` are its
 * own words and then its partner's, and everything else lay on the table.
 */
function ofWords({ conversations, score }: Conversation, index: number): Dialogue {
  const told = conversations.filter(({ from }) => from === 'human').map(({ value }) => value);
  const answers = conversations.filter((entry) => entry.from === 'gpt');
  const id = `dialogue-${index + 1}`;
  const heard = told.map((text, turn) => (turn === 0 ? { own: '', partner: null, board: '' } : linesOf(text)));
  const turns = answers.flatMap((answer, turn): DialogueTurn[] => {
    const { partner, board } = heard[turn] ?? { partner: null, board: '' };
    const nobodys = { isReadable: null, score: null, rating: null, action: { kind: 'talk' } };
    const before: DialogueTurn[] =
      partner === null ? [] : [{ ...nobodys, seat: 1, board: '', strategy: null, utterance: partner }];
    return [
      ...before,
      {
        ...nobodys,
        seat: 0,
        board,
        strategy: answer.value,
        utterance: heard[turn + 1]?.own ?? '',
        score: scoreOf(answer),
      },
    ];
  });
  const goal = score === null || score === undefined ? NaN : Number(score);
  return {
    dialogueId: id,
    scenario: {
      environment: TRANSCRIPT,
      id,
      canonicalId: id,
      split: 'train',
      view: told[0] ?? '',
    } as Dialogue['scenario'], // one field more
    learnedSeats: [0],
    turnLimit: null,
    turns,
    points: [goal >= 0 && goal <= 10 ? goal : null, null],
    endReason: 'finished',
    isParetoOptimal: false,
  };
}

const SAID = /^(.{1,80}?) said: ?(.*)$/;

/** Of two speakers the first is the model's own side; of one, `You` is, and anybody else is the partner. */
function linesOf(text: string): { own: string; partner: string | null; board: string } {
  const spoken: { name: string; words: string }[] = [];
  const board: string[] = [];
  for (const line of text.split('\n')) {
    const [, name, words] = SAID.exec(line) ?? [];
    if (name !== undefined && words !== undefined) spoken.push({ name, words: words.replace(/^"(.*)"$/, '$1') });
    else board.push(line);
  }
  if (spoken.length === 0) return { own: '', partner: text, board: '' };
  const names = [...new Set(spoken.map(({ name }) => name))];
  const ownName = names.find((name) => name === 'You') ?? (names.length > 1 ? names[0] : undefined);
  const wordsOf = (isOwn: boolean) =>
    spoken.filter(({ name }) => (name === ownName) === isOwn).map(({ words }) => words);
  const partner = wordsOf(false);
  return {
    own: wordsOf(true).join(' '),
    partner: partner.length > 0 ? partner.join(' ') : null,
    board: board.join('\n').trim(),
  };
}
