import type { SyntheticEvent } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { formatCount } from '../format.ts';
import { PlainField } from '../parts/PlainField.tsx';
import { hostsOf, useExtras, type WaitingOrder } from '../train/extrasStore.ts';

/** Something that was saved is to ask chat servers: whose hosts may it ask, and with which keys? Neither is ever saved. */
export function AccessDialog() {
  const { waiting, keys, setKey, setWaiting } = useExtras();
  if (!waiting) return null;
  const hosts = hostsOf(waiting.servers);
  const { title, about, button } = wordsFor(waiting.what, hosts.join(' and '));
  const close = () => setWaiting(null);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    waiting.begin();
    close();
  };
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={close}>
      <Modal className="dialog">
        <Dialog data-testid="access-dialog">
          <Heading slot="title">{title}</Heading>
          <p>{about} Keys were not saved.</p>
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
                {button}
              </Button>
            </div>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function wordsFor(what: WaitingOrder['what'], hosts: string) {
  if (what.kind === 'run') {
    return {
      title: 'This run asks chat servers',
      about: `It goes on with the replies that were kept, and asks ${hosts} for the others.`,
      button: 'Ask them and resume',
    };
  }
  return {
    title: 'This fork asks a chat server',
    about: `Its agents are on ${hosts}. Up to ${formatCount(what.dialogues)} dialogues are played on from here, and it is asked for every turn of them that it has not answered before.`,
    button: 'Ask it and play',
  };
}
