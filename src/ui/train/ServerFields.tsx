import { Button } from 'react-aria-components';
import { formatDuration } from '../format.ts';
import { FailureCard } from '../parts/FailureCard.tsx';
import { PlainField } from '../parts/PlainField.tsx';
import { useSession } from '../session.ts';
import type { ServerRole } from './extrasDraft.ts';
import { accessTo, useExtras } from './extrasStore.ts';
import { hostOfServer, NO_SERVER, parseServer, type ServerDraft, type ServerErrors } from './serverDraft.ts';

interface ServerFieldsProps {
  readonly role: ServerRole;
  readonly title: string;
  readonly note: string;
  readonly server: ServerDraft;
  readonly errors: ServerErrors;
  readonly isDisabled: boolean;
}

/** Where a chat server is, what it may use, and whether it answers. */
export function ServerFields({ role, title, note, server, errors, isDisabled }: ServerFieldsProps) {
  const setServer = useExtras((store) => store.setServer);
  const agentServer = useExtras((store) => store.extras.servers.agent);
  const set = (changes: Partial<ServerDraft>) => setServer(role, { ...server, ...changes });
  const canCopy = role === 'judge' && agentServer.baseUrl !== '' && server === NO_SERVER;
  return (
    <fieldset className="server" data-testid={`server-${role}`} disabled={isDisabled}>
      <legend>{title}</legend>
      <p className="field-note">{note}</p>
      {canCopy && !isDisabled && (
        <Button className="button small" onPress={() => setServer(role, agentServer)}>
          Same as the agent’s
        </Button>
      )}
      <PlainField
        label="Base URL"
        type="url"
        inputMode="url"
        placeholder="http://localhost:11434/v1"
        testId={`server-${role}-url`}
        value={server.baseUrl}
        error={errors.baseUrl}
        isDisabled={isDisabled}
        onChange={(baseUrl) => set({ baseUrl })}
      />
      <PlainField
        label="Model"
        placeholder="as the server calls it"
        testId={`server-${role}-model`}
        value={server.model}
        error={errors.model}
        isDisabled={isDisabled}
        onChange={(model) => set({ model })}
      />
      <KeyField role={role} server={server} isDisabled={isDisabled} />
      <details className="server-limits">
        <summary>Limits and prices</summary>
        <div className="server-grid">
          <NumberField label="At once" field="concurrency" {...{ server, errors, isDisabled, set }} />
          <NumberField label="Token budget" field="tokenLimit" {...{ server, errors, isDisabled, set }} />
          <NumberField label="Price, 1M in" field="inputPrice" {...{ server, errors, isDisabled, set }} />
          <NumberField label="Price, 1M out" field="outputPrice" {...{ server, errors, isDisabled, set }} />
          <NumberField label="Cost budget" field="costLimit" {...{ server, errors, isDisabled, set }} />
        </div>
      </details>
      {!isDisabled && <ConnectionTest role={role} server={server} />}
    </fieldset>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly field: keyof ServerDraft;
  readonly server: ServerDraft;
  readonly errors: ServerErrors;
  readonly isDisabled: boolean;
  set(changes: Partial<ServerDraft>): void;
}

function NumberField({ label, field, server, errors, isDisabled, set }: NumberFieldProps) {
  return (
    <PlainField
      label={label}
      inputMode="decimal"
      placeholder={field === 'concurrency' ? '' : 'none'}
      value={server[field]}
      error={errors[field]}
      isDisabled={isDisabled}
      onChange={(text) => set({ [field]: text })}
    />
  );
}

interface OfServer {
  readonly role: ServerRole;
  readonly server: ServerDraft;
}

function KeyField({ role, server, isDisabled }: OfServer & { readonly isDisabled: boolean }) {
  const { keys, setKey } = useExtras();
  const host = hostOfServer(server);
  return (
    <PlainField
      label="Key"
      type="password"
      placeholder="none"
      testId={`server-${role}-key`}
      value={host === null ? '' : (keys[host] ?? '')}
      isDisabled={isDisabled || host === null}
      note="Stays in this tab’s memory: never saved, never in a link, and sent to this host alone."
      onChange={(key) => host !== null && setKey(host, key)}
    />
  );
}

/** One word from the server, or why there is none. */
function ConnectionTest({ role, server }: OfServer) {
  const session = useSession();
  const { tests, keys } = useExtras();
  const test = tests[role];
  const parsed = parseServer(server);
  const ask = () => {
    if (!parsed.ok) return;
    const { hosts, agentKey } = accessTo({ agent: parsed.value, judge: null }, keys);
    session.testServer(role, parsed.value, { hosts, agentKey, judgeKey: null });
  };
  return (
    <div className="server-test" aria-live="polite">
      <Button
        className="button small"
        data-testid={`server-${role}-test`}
        isDisabled={!parsed.ok || test === 'asking'}
        onPress={ask}
      >
        {test === 'asking' ? 'Asking…' : 'Test connection'}
      </Button>
      {test !== null && test !== 'asking' && test.kind === 'answered' && (
        <p className="server-answer" data-testid={`server-${role}-answer`}>
          Answered in {formatDuration(test.seconds)}: “{test.text.trim().slice(0, 80)}”
        </p>
      )}
      {test !== null && test !== 'asking' && test.kind === 'failed' && <FailureCard failure={test.failure} />}
    </div>
  );
}
