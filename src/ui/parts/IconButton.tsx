import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import { Icon, type IconName } from './Icon.tsx';

interface IconButtonProps {
  readonly icon: IconName;
  /** Its accessible name, and its tooltip. */
  readonly label: string;
  readonly testId?: string;
  readonly isDisabled?: boolean;
  /** For a button that switches something on: whether it is on. */
  readonly isPressed?: boolean;
  onPress(): void;
}

export function IconButton({ icon, label, testId, isDisabled = false, isPressed, onPress }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <Button
        className="button small quiet icon-button"
        aria-label={label}
        data-testid={testId}
        isDisabled={isDisabled}
        onPress={onPress}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
      >
        <Icon name={icon} />
      </Button>
      <Tooltip className="tooltip">{label}</Tooltip>
    </TooltipTrigger>
  );
}
