import type { ChatMessage } from '../../base/chat.ts';
import type { AgentScene, Manner } from './scene.ts';
import { strategyLine, utteranceLine } from './scene.ts';

/**
 * Every word that a chat model is told when it carries a strategy out. The blocks follow EPO's prompts (arXiv 2502.12486,
 * its code's `agenerate_action` and the guide of its shop and household) in our own words.
 *
 * What the other side says stands in quotation marks as JSON strings: one line, and no way to end the quotation.
 */
export function agentMessages(scene: AgentScene): readonly ChatMessage[] {
  return scene.brief.form === 'dialogue' ? dialogueMessages(scene) : taskMessages(scene);
}

/** One message with everything; own strategies stand in the history before the words that they led to. */
function dialogueMessages(scene: AgentScene): readonly ChatMessage[] {
  const { brief, manner, advice } = scene;
  const blocks = [
    `You are ${brief.name}, talking with ${brief.partnerName}. Stay in this role from beginning to end.`,
    `The situation: ${brief.situation}`,
    brief.goal && `What only you know, and want: ${brief.goal}\nThe other side cannot see this.`,
    PRINCIPLES,
    `The conversation so far:\n${historyLines(scene)}`,
    boardBlock(scene),
    advice.kind === 'strategy' &&
      `An expert in conversations proposes this strategy for your turn: ${JSON.stringify(strategyLine(advice.text))}\nUse it if it helps you; otherwise follow your own judgement.`,
    advice.kind === 'own' &&
      'Before you act, think of a strategy of at most ten words for this turn, and then follow it.',
    examplesBlock(manner, 'sentences'),
    replyBlock(manner, advice.kind === 'own'),
  ];
  return [{ role: 'user', content: blocks.filter(Boolean).join('\n\n') }];
}

/** SOTOPIA's other six dimensions, as things to care about beside the goal. */
const PRINCIPLES = `Pursue your goal, and on the way:
- talk as a real person would, true to who you are;
- mind how you stand with the other;
- find out what you do not know;
- keep your secrets;
- break no rule and no law;
- look after your own gain.`;

function historyLines({ brief, manner, history }: AgentScene): string {
  if (history.length === 0) return '(nothing has been said yet)';
  return history
    .flatMap((turn, index) => {
      const name = turn.by === 'self' ? brief.name : brief.partnerName;
      const did = `Turn ${index + 1}: ${name} ${deed(turn.utterance, manner)}`;
      return turn.by === 'self' && turn.strategy !== null
        ? [`${brief.name}’s strategy: ${JSON.stringify(strategyLine(turn.strategy))}`, did]
        : [did];
    })
    .join('\n');
}

function deed(utterance: string, { leave, pass }: Manner): string {
  if (utterance === leave) return 'left.';
  return utterance === pass ? 'said nothing.' : `said: ${JSON.stringify(utteranceLine(utterance))}`;
}

function boardBlock({ board, turnsLeft }: AgentScene): string {
  const lines = board.map(({ label, text }) => `- ${label}: ${text}`);
  return ['How it stands for you now:', ...lines, `- Your turns left, this one included: ${turnsLeft}`].join('\n');
}

function examplesBlock({ examples }: Manner, what: string): string | false {
  if (examples.length === 0) return false;
  const list = examples.map((example) => `- ${example}`).join('\n');
  return `Only plain ${what} of this kind are understood (these are from other situations):\n${list}`;
}

function replyBlock(manner: Manner, isOwn: boolean): string {
  const kinds = [
    '"speak": say one or two sentences, which are the argument',
    manner.pass !== null && '"none": say nothing this time; the argument is empty',
    manner.leave !== null &&
      '"leave": end the conversation, when your goal is reached or out of reach; the argument is empty',
  ].filter(Boolean);
  const strategy = isOwn ? '"strategy": "…", ' : '';
  return `Choose what to do:\n- ${kinds.join('\n- ')}\n\nReply with this JSON object and nothing else: {${strategy}"action_type": "…", "argument": "…"}`;
}

/**
 * A conversation with the world. The strategy is the thought at the start of the agent's own message, which the model
 * continues with the action: EPO's plug-in for its shop and household.
 */
function taskMessages(scene: AgentScene): readonly ChatMessage[] {
  const { brief, advice, history } = scene;
  const messages: ChatMessage[] = [
    { role: 'user', content: instruction(scene) },
    { role: 'assistant', content: 'OK' },
    { role: 'user', content: [brief.situation, brief.goal && `The task: ${brief.goal}`].filter(Boolean).join('\n') },
  ];
  for (const turn of history) {
    if (turn.by === 'self') {
      messages.push({ role: 'assistant', content: thoughtAndAction(turn.strategy, utteranceLine(turn.utterance)) });
    } else messages.push({ role: 'user', content: `Observation: ${utteranceLine(turn.utterance)}` });
  }
  appendToLast(messages, boardBlock(scene));
  if (advice.kind === 'strategy') messages.push({ role: 'assistant', content: thoughtAndAction(advice.text, '') });
  return messages;
}

function instruction({ manner, advice }: AgentScene): string {
  const format =
    advice.kind === 'none'
      ? 'Reply with one line and nothing else: "Action: …".'
      : 'Reply with two lines: "Thought: …", one or two sentences about what to do next, and "Action: …".';
  return [
    'You carry out a task, one action at a time. After each action you are told what happens.',
    format,
    examplesBlock(manner, 'actions'),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function thoughtAndAction(strategy: string | null, action: string): string {
  const thought = strategy === null ? '' : `Thought: ${strategyLine(strategy)}\n`;
  return `${thought}Action: ${action}`.trimEnd();
}

function appendToLast(messages: ChatMessage[], text: string): void {
  const last = messages.at(-1);
  // Two messages of the same role in a row are refused by some servers.
  if (last?.role === 'user') messages.splice(-1, 1, { role: 'user', content: `${last.content}\n\n${text}` });
  else messages.push({ role: 'user', content: text });
}

/** What follows a reply that could not be read, once. */
export function repairMessages(messages: readonly ChatMessage[], reply: string, why: string): readonly ChatMessage[] {
  const isContinuing = messages.at(-1)?.role === 'assistant';
  const asked = isContinuing ? messages.slice(0, -1) : messages;
  const begun = isContinuing ? `${messages.at(-1)?.content ?? ''} ` : '';
  return [
    ...asked,
    { role: 'assistant', content: `${begun}${reply}`.trim() || '(nothing)' },
    { role: 'user', content: `That cannot be used: ${why} Reply again, in the form that was asked for.` },
  ];
}
