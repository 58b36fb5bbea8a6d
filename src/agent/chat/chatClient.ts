import type { ChatAnswer, ChatQuestion } from '../../base/chat.ts';
import { AppError } from '../../base/errors.ts';
import { Gate } from '../../base/gate.ts';
import type { RandomStream } from '../../base/random.ts';
import { wait } from '../../base/timer.ts';
import type { Timer } from '../../base/timer.ts';
import type { ChatEndpoint } from '../../record/chatEndpoint.ts';
import type { ApiKey } from './apiKey.ts';
import { backOffMs, LONGEST_RETRY_AFTER_MS, parseRetryAfter } from './backOff.ts';
import { ChatFault, chatFailed, mayPass } from './chatFault.ts';
import { adaptDialect, COMMON_DIALECT, requestBody } from './chatProtocol.ts';
import { Deadline } from './deadline.ts';
import type { ChatMeter } from './meter.ts';
import { hostOf } from './network.ts';
import type { HttpResponse, Network } from './network.ts';
import { AddressError } from './networkErrors.ts';
import { readCompletion, refusalMessage } from './readCompletion.ts';
import type { Reception } from './readCompletion.ts';

export interface ChatClientPorts {
  readonly network: Network;
  readonly key: ApiKey | null;
  readonly meter: ChatMeter;
  readonly timer: Timer;
  /** Jitter of the waiting, and nothing else: no answer depends on it. */
  readonly random: RandomStream;
}

const NOTHING = { inputTokens: 0, outputTokens: 0 };

/** A server that speaks the OpenAI chat protocol, cloud or local. */
export class ChatClient {
  private readonly endpoint: ChatEndpoint;
  private readonly ports: ChatClientPorts;
  private readonly gate: Gate;
  private readonly address: string;
  private readonly host: string;
  private dialect = COMMON_DIALECT;
  /** When the server wants to be asked again at the earliest, by `timer.nowMs`: everybody waits, not only who was told. */
  private notBeforeMs = 0;

  constructor(endpoint: ChatEndpoint, ports: ChatClientPorts) {
    this.endpoint = endpoint;
    this.ports = ports;
    this.gate = new Gate(endpoint.concurrency);
    this.address = `${endpoint.baseUrl.replace(/\/+$/u, '')}/chat/completions`;
    this.host = hostOf(endpoint.baseUrl) ?? 'The chat server';
  }

  /**
   * Asks, waits its turn, and tries again where that may help.
   *
   * @param onText all text so far, as it is streamed; begins anew when an attempt breaks off
   * @throws BudgetSpentError before anything is sent; AddressError and AppError `host-…`, `chat-…` with what the user can
   *   do; the signal's reason when it is aborted
   */
  ask(question: ChatQuestion, signal: AbortSignal, onText?: (text: string) => void): Promise<ChatAnswer> {
    return this.gate.pass(signal, () => this.askInTurn(question, signal, onText));
  }

  private async askInTurn(
    question: ChatQuestion,
    signal: AbortSignal,
    onText?: (text: string) => void,
  ): Promise<ChatAnswer> {
    const { timer, random, meter } = this.ports;
    for (let attempt = 1; ; attempt++) {
      await wait(timer, Math.max(0, this.notBeforeMs - timer.nowMs()), signal);
      try {
        return await this.attempt(question, signal, onText);
      } catch (thrown) {
        signal.throwIfAborted();
        const retryAfterMs = this.whenToRetry(thrown, attempt);
        if (retryAfterMs === 'never') {
          throw thrown instanceof ChatFault ? chatFailed(thrown.fault, this.host, attempt) : thrown;
        }
        meter.countRetry();
        if (retryAfterMs !== null) this.notBeforeMs = Math.max(this.notBeforeMs, timer.nowMs() + retryAfterMs);
        await wait(timer, backOffMs(attempt, retryAfterMs, random), signal);
      }
    }
  }

  /** Milliseconds that the server asks for, null when it asks for nothing in particular. */
  private whenToRetry(thrown: unknown, attempt: number): number | null | 'never' {
    if (attempt > this.endpoint.retries) return 'never';
    if (thrown instanceof ChatFault) {
      const { fault } = thrown;
      const retryAfterMs = fault.kind === 'status' ? fault.retryAfterMs : null;
      return mayPass(fault) && (retryAfterMs ?? 0) <= LONGEST_RETRY_AFTER_MS ? retryAfterMs : 'never';
    }
    const isNetwork = thrown instanceof AppError && !(thrown instanceof AddressError);
    return isNetwork && thrown.code === 'host-unreachable' ? null : 'never';
  }

  /** One attempt; more than one request only where the server has to be spoken to in another dialect. */
  private async attempt(
    question: ChatQuestion,
    signal: AbortSignal,
    onText?: (text: string) => void,
  ): Promise<ChatAnswer> {
    for (;;) {
      const { dialect } = this;
      try {
        return await this.request(requestBody(this.endpoint.model, question, dialect), question, signal, onText);
      } catch (thrown) {
        const fault = thrown instanceof ChatFault ? thrown.fault : null;
        const isComplaint = fault?.kind === 'status' && (fault.status === 400 || fault.status === 422);
        const next = isComplaint ? adaptDialect(dialect, fault.message) : null;
        if (!next) throw thrown;
        this.dialect = next;
      }
    }
  }

  private async request(
    body: string,
    question: ChatQuestion,
    signal: AbortSignal,
    onText?: (text: string) => void,
  ): Promise<ChatAnswer> {
    const { network, key, meter, timer } = this.ports;
    const settle = meter.reserve(question.messages, question.tokenLimit);
    const reception: Reception = { text: '', finish: null, count: null };
    const clean = (text: string) => key?.redact(text) ?? text;
    using deadline = new Deadline(timer, this.endpoint, signal);
    let isFree = false;
    let isAnswering = false;
    try {
      const response = await network.post({ address: this.address, body, key }, deadline.signal);
      deadline.heard();
      if (response.status !== 200) throw await this.refusal(response, clean);
      isAnswering = true;
      await readCompletion(response, reception, { onBytes: () => deadline.heard(), onText, clean });
    } catch (thrown) {
      if (deadline.signal.aborted) throw deadline.signal.reason;
      // A refusal costs nothing; an answer that broke off, or that was not waited for, may.
      isFree = !isAnswering;
      throw isAnswering && !(thrown instanceof ChatFault) ? new ChatFault({ kind: 'cut' }) : thrown;
    } finally {
      settle(isFree ? NOTHING : reception.count, reception.text);
    }
    return { text: clean(reception.text), finish: reception.finish ?? 'stop' };
  }

  private async refusal(response: HttpResponse, clean: (text: string) => string): Promise<ChatFault> {
    return new ChatFault({
      kind: 'status',
      status: response.status,
      // Cleaned before it is shortened: half a key is too much.
      message: refusalMessage(clean(await response.text().catch(() => ''))),
      retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), this.ports.timer.wallClockMs()),
    });
  }
}
