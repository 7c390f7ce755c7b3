/** Text that a person runs elsewhere: shown as it is, with a button that copies it. Nothing here runs it. */
import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { checkIcon, copyIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { IconButton } from './Button';
import { visibleText } from './visibleText';

/** How long it says that it has copied, in milliseconds. */
const SAID = 2_000;

/** Shows the text and the button. */
export function Copyable(props: {
  readonly trans: TranslationBundle;
  readonly text: string;
}): React.JSX.Element {
  const { trans } = props;
  const shown = visibleText(props.text);
  const [copied, setCopied] = React.useState(false);
  React.useEffect(() => {
    if (!copied) {
      return undefined;
    }
    const timer = window.setTimeout(() => {
      setCopied(false);
    }, SAID);
    return () => {
      window.clearTimeout(timer);
    };
  }, [copied]);
  return (
    <div className="jp-mlgit-Copyable">
      <code className="jp-mlgit-Copyable-text">{shown}</code>
      <IconButton
        icon={copied ? checkIcon : copyIcon}
        label={copied ? trans.__('Copied') : trans.__('Copy: %1', shown)}
        onClick={() => {
          // What is pasted is what was seen.
          Clipboard.copyToSystem(shown);
          setCopied(true);
        }}
      />
      <span className="jp-mlgit-unseen" role="status">
        {copied && trans.__('Copied')}
      </span>
    </div>
  );
}
