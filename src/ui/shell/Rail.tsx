import { useMemo } from 'react';
import { Icon } from '../parts/Icon.tsx';
import type { Screen } from '../route.ts';
import { useShortcuts } from '../shortcuts.ts';
import { MoreScreens } from './MoreScreens.tsx';
import { HelpButton, ThemeButton } from './RailButtons.tsx';
import { placeOf, useScreenLinks, type ScreenLink } from './screenLinks.ts';

/** The screens; beside them on a wide page; below them on a narrow one, which has room for the main ones alone. */
export function Rail({ screen, onHelp }: { readonly screen: Screen; onHelp(): void }) {
  const links = useScreenLinks();
  const place = placeOf(screen);
  useNumberKeys(links.map(({ href }) => href).join(' '));
  return (
    <nav className="rail" aria-label="Screens">
      <img className="rail-logo" src="./favicon.svg" alt="" width={34} height={34} />
      {links.map((link) => (
        <RailLink key={link.screen} link={link} isHere={link.screen === place} />
      ))}
      <MoreScreens links={links.filter(({ isMain }) => !isMain)} place={place} onHelp={onHelp} />
      <div className="rail-end">
        <ThemeButton />
        <HelpButton onHelp={onHelp} />
      </div>
    </nav>
  );
}

function RailLink({ link, isHere }: { readonly link: ScreenLink; readonly isHere: boolean }) {
  return (
    <a
      className={link.isMain ? 'rail-link' : 'rail-link rail-other'}
      href={link.href}
      aria-current={isHere ? 'page' : undefined}
    >
      <Icon name={link.icon} />
      <span>{link.label}</span>
    </a>
  );
}

/** 1 opens the first screen, and so on. @param hrefs with spaces between them */
function useNumberKeys(hrefs: string): void {
  const shortcuts = useMemo(() => {
    const open = (href: string) => () => {
      location.hash = href;
    };
    return Object.fromEntries(hrefs.split(' ').map((href, index) => [String(index + 1), open(href)]));
  }, [hrefs]);
  useShortcuts(shortcuts);
}
