import { useState, type SyntheticEvent } from 'react';
import { Button, Input, Label, Text, TextField } from 'react-aria-components';
import { HostConsent, hostOf } from './HostConsent.tsx';
import { useAddModel } from './useAddModel.ts';

/** A folder's address on any server that allows it, or a GGUF file's. */
export function AddFromAddress() {
  const add = useAddModel();
  const [url, setUrl] = useState('');
  const [allowedHost, setAllowedHost] = useState<string | null>(null);
  const host = hostOf(url);
  const isReady = host !== null && allowedHost === host;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isReady) add({ kind: 'url', url: url.trim(), access: { hosts: [host], token: null } }, url.trim());
  };
  return (
    <form className="model-form" onSubmit={submit}>
      <TextField className="model-wide" value={url} onChange={setUrl} autoComplete="off" type="url" isRequired>
        <Label>Address</Label>
        <Input className="input" data-testid="model-url" placeholder="https://example.org/models/my-model/" />
        <Text slot="description" className="model-note">
          Of a folder with config.json in it, or of a .gguf file. The server has to allow requests from other pages.
        </Text>
      </TextField>
      {host !== null && (
        <HostConsent
          host={host}
          isAllowed={allowedHost === host}
          onChange={(isAllowed) => setAllowedHost(isAllowed ? host : null)}
        />
      )}
      <Button className="button primary" type="submit" data-testid="download-model" isDisabled={!isReady}>
        Download
      </Button>
    </form>
  );
}
