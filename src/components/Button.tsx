/** The panel's buttons: with words, or with an icon and a name for those who can't see it. */
import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

interface IButtonProps {
  /** Not needed by a button that submits its form. */
  readonly onClick?: () => void;
  readonly children: React.ReactNode;
  /** The full act and its object, where the words on the button name only the act. */
  readonly label?: string;
  readonly kind?: 'plain' | 'accept' | 'link';
  readonly disabled?: boolean;
  /** It does nothing now but say why: the label tells, and whoever works by keyboard or touch gets there too. */
  readonly unavailable?: boolean;
  readonly expanded?: boolean;
  readonly submit?: boolean;
  readonly className?: string;
}

/** A button with words on it. */
export function Button(props: IButtonProps): React.JSX.Element {
  const { kind = 'plain', className = '' } = props;
  return (
    <button
      type={props.submit === true ? 'submit' : 'button'}
      className={`jp-mlgit-Button jp-mod-${kind} ${className}`}
      title={props.label}
      aria-label={props.label}
      aria-expanded={props.expanded}
      aria-disabled={props.unavailable === true ? true : undefined}
      disabled={props.disabled}
      onKeyDown={onceForAKey}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

/** A button with an icon on it. */
export function IconButton(props: {
  readonly icon: LabIcon;
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly tabIndex?: number;
}): React.JSX.Element {
  const { icon: Icon } = props;
  return (
    <button
      type="button"
      className="jp-mlgit-IconButton"
      title={props.label}
      aria-label={props.label}
      disabled={props.disabled}
      tabIndex={props.tabIndex}
      onKeyDown={onceForAKey}
      onClick={props.onClick}
    >
      <Icon.react tag="span" className="jp-mlgit-Icon" />
    </button>
  );
}

/** Keeps a held Enter from pressing again: what the button does next may be another act by then. */
function onceForAKey(event: React.KeyboardEvent): void {
  if (event.repeat && event.key === 'Enter') {
    event.preventDefault();
  }
}
