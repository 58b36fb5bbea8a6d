import { Checkbox } from 'react-aria-components';

/** Nothing is asked of a host that the person has not ticked. */
export function HostConsent({
  host,
  isAllowed,
  onChange,
}: {
  readonly host: string;
  readonly isAllowed: boolean;
  onChange(isAllowed: boolean): void;
}) {
  return (
    <Checkbox className="model-consent" data-testid="allow-host" isSelected={isAllowed} onChange={onChange}>
      <span className="model-tick" aria-hidden="true" />
      <span>
        Allow this page to connect to <b>{host}</b> for this download
      </span>
    </Checkbox>
  );
}

/** The host of an address; null when it is none. */
export function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host || null : null;
}
