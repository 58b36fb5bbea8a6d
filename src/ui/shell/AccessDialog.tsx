import type { SyntheticEvent } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { PlainField } from '../parts/PlainField.tsx';
import { useSession } from '../session.ts';
import { hostsOf, useExtras } from '../train/extrasStore.ts';

/** A saved run wants to go on with chat servers: whose hosts may it ask, and with which keys? Neither is ever saved. */
export function AccessDialog() {
  const session = useSession();
  const { waiting, keys, setKey, setWaiting } = useExtras();
  if (!waiting) return null;
  const hosts = hostsOf(waiting.servers);
  const close = () => setWaiting(null);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    session.resumeWith(waiting);
    close();
  };
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={close}>
      <Modal className="dialog">
        <Dialog data-testid="access-dialog">
          <Heading slot="title">This run asks chat servers</Heading>
          <p>
            It goes on with the replies that were kept, and asks {hosts.join(' and ')} for the others. Keys were not
            saved.
          </p>
          <form onSubmit={submit}>
            {hosts.map((host) => (
              <PlainField
                key={host}
                label={`Key for ${host}`}
                type="password"
                placeholder="none"
                value={keys[host] ?? ''}
                onChange={(key) => setKey(host, key)}
              />
            ))}
            <div className="dialog-tools">
              <Button className="button" onPress={close}>
                Cancel
              </Button>
              <Button className="button primary" type="submit" data-testid="access-grant">
                Ask them and resume
              </Button>
            </div>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
