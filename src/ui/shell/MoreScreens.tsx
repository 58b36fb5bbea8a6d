import { Button, Dialog, DialogTrigger, Modal, ModalOverlay } from 'react-aria-components';
import { Icon } from '../parts/Icon.tsx';
import type { Screen } from '../route.ts';
import { HelpButton, ThemeButton } from './RailButtons.tsx';
import type { ScreenLink } from './screenLinks.ts';

interface MoreScreensProps {
  readonly links: readonly ScreenLink[];
  readonly place: Screen;
  onHelp(): void;
}

/** What the bar of a phone has no room for, in a sheet over it; on wide pages all of it stands in the rail. */
export function MoreScreens({ links, place, onHelp }: MoreScreensProps) {
  const open = links.find(({ screen }) => screen === place);
  return (
    <DialogTrigger>
      <Button
        className={open ? 'rail-link rail-more is-here' : 'rail-link rail-more'}
        aria-label={open ? `More screens; ${open.label} is open` : 'More screens'}
        data-testid="more-screens"
      >
        <Icon name="more" />
        <span>More</span>
      </Button>
      <ModalOverlay className="overlay sheet-overlay" isDismissable>
        <Modal className="sheet">
          <Dialog className="more-screens" aria-label="More screens">
            {({ close }) => (
              <>
                {links.map(({ screen, label, icon, href }) => (
                  <a
                    key={screen}
                    className="rail-link"
                    href={href}
                    aria-current={screen === place ? 'page' : undefined}
                    onClick={close}
                  >
                    <Icon name={icon} />
                    <span>{label}</span>
                  </a>
                ))}
                <ThemeButton />
                <HelpButton
                  onHelp={() => {
                    close();
                    onHelp();
                  }}
                />
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
