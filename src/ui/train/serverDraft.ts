import { ChatEndpoint } from '../../record/chatEndpoint.ts';
import { err, ok, type Result } from '../../base/result.ts';

/** A chat server as it is typed: texts, one per field. It has no field for a key. */
export interface ServerDraft {
  readonly baseUrl: string;
  readonly model: string;
  readonly concurrency: string;
  readonly tokenLimit: string;
  readonly inputPrice: string;
  readonly outputPrice: string;
  readonly costLimit: string;
}
export type ServerField = keyof ServerDraft;
export type ServerErrors = Partial<Record<ServerField, string>>;

export const NO_SERVER: ServerDraft = {
  baseUrl: '',
  model: '',
  concurrency: '4',
  tokenLimit: '',
  inputPrice: '',
  outputPrice: '',
  costLimit: '',
};

/** The server that the texts describe, or what is wrong with which of them. Empty limits and prices are none. */
export function parseServer(draft: ServerDraft): Result<ChatEndpoint, ServerErrors> {
  const errors: ServerErrors = {};
  const host = hostOfServer(draft);
  if (host === null) errors.baseUrl = 'Enter an address such as http://localhost:11434/v1.';
  if (draft.model.trim() === '') errors.model = 'Enter the name that the server has for the model.';
  const read = (field: ServerField, what: string): number | null => {
    if (draft[field].trim() === '') return null;
    const value = Number(draft[field]);
    if (!(value >= 0)) errors[field] = `Enter ${what}, or leave it empty.`;
    return value;
  };
  const concurrency = Number(draft.concurrency);
  if (!(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 64)) {
    errors.concurrency = 'Enter a whole number: 1–64.';
  }
  const tokenLimit = read('tokenLimit', 'a number of tokens');
  const inputPrice = read('inputPrice', 'a price');
  const outputPrice = read('outputPrice', 'a price');
  const costLimit = read('costLimit', 'an amount of money');
  if ((inputPrice === null) !== (outputPrice === null)) {
    errors[inputPrice === null ? 'inputPrice' : 'outputPrice'] = 'Enter both prices, or none.';
  }
  if (costLimit !== null && inputPrice === null && outputPrice === null) {
    errors.costLimit = 'A limit on the cost needs both prices.';
  }
  if (tokenLimit !== null && !Number.isInteger(tokenLimit)) errors.tokenLimit = 'Enter a whole number of tokens.';
  if (Object.keys(errors).length > 0) return err(errors);
  return ok(
    ChatEndpoint.parse({
      baseUrl: draft.baseUrl.trim(),
      model: draft.model.trim(),
      concurrency,
      tokenLimit,
      costLimit,
      prices:
        inputPrice === null || outputPrice === null
          ? null
          : { inputPerMillion: inputPrice, outputPerMillion: outputPrice },
    }),
  );
}

export function serverDraftOf(server: ChatEndpoint | null): ServerDraft {
  if (!server) return NO_SERVER;
  const text = (value: number | null | undefined) => (value === null || value === undefined ? '' : String(value));
  return {
    baseUrl: server.baseUrl,
    model: server.model,
    concurrency: String(server.concurrency),
    tokenLimit: text(server.tokenLimit),
    inputPrice: text(server.prices?.inputPerMillion),
    outputPrice: text(server.prices?.outputPerMillion),
    costLimit: text(server.costLimit),
  };
}

/** The host that would be asked, as it stands on the list of hosts: `localhost:11434`; null while there is no address. */
export function hostOfServer({ baseUrl }: Pick<ServerDraft, 'baseUrl'>): string | null {
  try {
    const { protocol, host } = new URL(baseUrl.trim());
    return protocol === 'http:' || protocol === 'https:' ? host : null;
  } catch {
    return null;
  }
}
