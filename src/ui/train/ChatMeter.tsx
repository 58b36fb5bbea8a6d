import type { ChatEndpoint, ChatUsage } from '../../record/chatEndpoint.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { formatAmount, formatCount } from '../format.ts';
import { useRun } from '../runStore.ts';
import type { ServerRole } from './extrasDraft.ts';
import { useExtras } from './extrasStore.ts';

const NAMES: Readonly<Record<ServerRole, string>> = { agent: 'Agent’s server', judge: 'Judge’s server' };

/** What the servers of the run have used since it began or went on in this tab, beside what they may use. */
export function ChatMeter({ config }: { readonly config: RunConfig }) {
  const runId = useRun((store) => store.runId);
  const metered = useExtras((store) => (store.metered?.runId === runId ? store.metered : null));
  const { servers } = config;
  if (!servers.agent && !servers.judge) return null;
  return (
    <dl className="facts" data-testid="chat-meter" aria-label="Use of chat servers">
      {(['agent', 'judge'] as const).map((role) => {
        const server = servers[role];
        return server ? (
          <div key={role}>
            <dt>{NAMES[role]}</dt>
            <dd>
              <Used usage={metered?.[role] ?? null} server={server} />
            </dd>
          </div>
        ) : null;
      })}
    </dl>
  );
}

function Used({ usage, server }: { readonly usage: ChatUsage | null; readonly server: ChatEndpoint }) {
  if (!usage) return <>not asked yet</>;
  const { requests, retries, inputTokens, outputTokens, estimatedTokens, cost } = usage;
  const tokens = inputTokens + outputTokens;
  const budget = server.tokenLimit === null ? '' : ` of ${formatCount(server.tokenLimit)}`;
  const money = server.costLimit === null ? '' : ` of ${server.costLimit}`;
  return (
    <>
      {estimatedTokens > 0 ? '≈ ' : ''}
      {formatCount(tokens)}
      {budget} tokens
      <small>
        {formatAmount(requests, 'request')}
        {retries > 0 && `, ${formatCount(retries)} repeated`} · {formatCount(inputTokens)} in,{' '}
        {formatCount(outputTokens)} out
        {cost !== null && ` · cost ${cost.toFixed(4)}${money}`}
      </small>
    </>
  );
}
