import { createInterface, type Interface } from 'node:readline/promises';
import type { AskPerson, PersonQuestion } from '../src/agent/personAgent.ts';
import { AppError } from '../src/base/errors.ts';

/** A person at the terminal: what their seat may see goes to standard error, and a line of standard input is what they say. */
export function askAtTerminal(): AskPerson & Disposable {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const lines = terminal[Symbol.asyncIterator]();
  let isFirst = true;
  const ask: AskPerson = async (question) => {
    process.stderr.write(`${textOf(question, isFirst)}\n> `);
    isFirst = false;
    const line = await lines.next();
    if (line.done) throw left();
    return line.value;
  };
  return Object.assign(ask, { [Symbol.dispose]: () => close(terminal) });
}

function close(terminal: Interface): void {
  terminal.close();
}

function textOf({ scene, problem }: PersonQuestion, isFirst: boolean): string {
  const { brief, history, board, advice, manner, turnsLeft } = scene;
  if (problem) return `That cannot be read: ${problem.why} Say it in other words.`;
  const heard = history.at(-1);
  const words = [manner.leave && `"${manner.leave}" leaves`, manner.pass && `"${manner.pass}" lets the turn pass`];
  return [
    ...(isFirst ? ['', `You are ${brief.name}. ${brief.situation}`, brief.goal ?? ''] : []),
    ...(isFirst && manner.examples.length > 0 ? [`People talk like this here: ${manner.examples.join(' / ')}`] : []),
    ...(heard ? [`${brief.partnerName}: ${heard.utterance}`] : []),
    ...board.map(({ label, text }) => `  ${label}: ${text}`),
    `  Your turns left: ${turnsLeft}${words.some(Boolean) ? ` (${words.filter(Boolean).join(', ')})` : ''}`,
    ...(advice.kind === 'strategy' ? [`  Your strategist whispers: ${advice.text}`] : []),
  ].join('\n');
}

function left(): AppError {
  return new AppError('person-left', {
    what: 'The dialogue is broken off.',
    why: 'There is nothing more to read from standard input, and it is your turn.',
    fix: 'Type a line for each of your turns.',
  });
}
