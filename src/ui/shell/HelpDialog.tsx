import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useGuide } from '../guide/guideStore.ts';

const KEYS = [
  ['Space', 'Pause the run, or go on with it'],
  ['.', 'One update, then pause again: while the run is paused'],
  ['1 … 9', 'Open a screen, in the order of the navigation'],
  ['J', 'Next turn of the dialogue that is open in Inspect'],
  ['K', 'Previous turn'],
  [']', 'Next dialogue that the filter of Inspect lets through'],
  ['[', 'Previous dialogue'],
  ['?', 'This page'],
] as const;

const WORDS = [
  ['strategist', 'the model that is trained: before each turn it writes one line of private advice'],
  ['agent', 'the frozen model that turns the advice into public words'],
  ['turn reward', 'how much a turn served its seat’s goal'],
  ['return', 'the discounted rewards of the seat from this turn on'],
  ['critical', 'a turn that a rule marks as deciding'],
] as const;

export function HelpDialog({ onClose }: { onClose(): void }) {
  const startGuide = useGuide((store) => store.start);
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={onClose}>
      <Modal className="dialog">
        <Dialog>
          <Heading slot="title">Keys and words</Heading>
          <dl className="help-list">
            {KEYS.map(([key, text]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
          <dl className="help-list">
            {WORDS.map(([word, text]) => (
              <div key={word}>
                <dt>{word}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
          <div className="dialog-tools">
            <Button
              className="button"
              onPress={() => {
                startGuide();
                onClose();
              }}
            >
              Show the guided run
            </Button>
            <Button className="button" onPress={onClose} autoFocus>
              Close
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
