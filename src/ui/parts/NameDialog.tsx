import { useState, type SyntheticEvent } from 'react';
import { Button, Dialog, Heading, Input, Label, Modal, ModalOverlay, TextField } from 'react-aria-components';

interface NameDialogProps {
  readonly title: string;
  readonly label: string;
  readonly initialName: string;
  readonly action: string;
  onName(name: string): void;
  onClose(): void;
}

/** Asks for one name. */
export function NameDialog({ title, label, initialName, action, onName, onClose }: NameDialogProps) {
  const [name, setName] = useState(initialName);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onName(name.trim());
    onClose();
  };
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={onClose}>
      <Modal className="dialog">
        <Dialog>
          <Heading slot="title">{title}</Heading>
          <form onSubmit={submit}>
            <TextField value={name} onChange={setName} maxLength={80} autoFocus>
              <Label className="visually-hidden">{label}</Label>
              <Input className="input" />
            </TextField>
            <div className="dialog-tools">
              <Button className="button" onPress={onClose}>
                Cancel
              </Button>
              <Button className="button primary" type="submit" isDisabled={name.trim() === ''}>
                {action}
              </Button>
            </div>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
