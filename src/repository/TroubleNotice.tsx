/** Shows a problem, its hint, and the ways on that its code has. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { filesIn, suggestedName, wayOn, type Trouble } from '../api/problem';
import { Button } from '../components/Button';
import { GitText } from '../components/GitText';
import { Notice } from '../components/Notice';
import { visibleText } from '../components/visibleText';
import type { IRepository } from '../tokens';
import { TrustQuestion } from './TrustQuestion';
import { ResolveButtons } from './ResolveButtons';

/** How many files the message itself names. */
const IN_MESSAGE = 5;

/** Shows a problem. What can't be retried or renamed here is only told. */
export function TroubleNotice(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly trouble: Trouble;
  readonly onRetry?: (() => void) | undefined;
  readonly onRename?: ((name: string) => unknown) | undefined;
  /** Does it once the work that is in the way is backed up, and the words for that. */
  readonly onBackUp?:
    { readonly words: string; readonly run: () => void } | undefined;
  /** Shows what a file in the way has that would be lost. */
  readonly onShowChanges?: ((path: string) => void) | undefined;
  readonly onDismiss?: () => void;
}): React.JSX.Element {
  const { trans, trouble } = props;
  return (
    <Notice tone="error" message={trouble.message} hint={trouble.hint}>
      {filesOf(props)}
      {wayOnOf(props)}
      {props.onDismiss !== undefined && (
        <Button onClick={props.onDismiss}>{trans.__('Dismiss')}</Button>
      )}
    </Notice>
  );
}

/** Names the files that are in the way, where the message has only the first of them, or each can be looked at. */
function filesOf(props: Parameters<typeof TroubleNotice>[0]): React.ReactNode {
  const { trans, trouble, onShowChanges } = props;
  const files = filesIn(trouble);
  const show = wayOn(trouble) === 'back-up' ? onShowChanges : undefined;
  return files.length > IN_MESSAGE || show !== undefined ? (
    <ul className="jp-mlgit-Files">
      {files.map(path => (
        <li key={path}>
          <GitText text={path} />
          {show !== undefined && (
            <Button
              kind="link"
              label={trans.__('Show changes in %1', visibleText(path))}
              onClick={() => {
                show(path);
              }}
            >
              {trans.__('Show changes')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  ) : null;
}

function wayOnOf(props: Parameters<typeof TroubleNotice>[0]): React.ReactNode {
  const { trans, repository, trouble, onRetry, onRename, onDismiss } = props;
  const way = wayOn(trouble);
  switch (way) {
    case 'none':
      return null;
    case 'retry':
      return (
        onRetry !== undefined && (
          <Button kind="accept" onClick={onRetry}>
            {trans.__('Try again')}
          </Button>
        )
      );
    case 'reload':
      return (
        <Button
          kind="accept"
          onClick={() => {
            onDismiss?.();
            void repository.refresh();
          }}
        >
          {trans.__('Reload')}
        </Button>
      );
    case 'rename': {
      const name = suggestedName(trouble);
      return (
        name !== null &&
        onRename !== undefined && (
          <Button
            kind="accept"
            onClick={() => {
              onRename(name);
            }}
          >
            {trans.__('Use %1', visibleText(name))}
          </Button>
        )
      );
    }
    case 'back-up':
      return (
        props.onBackUp !== undefined && (
          <Button kind="accept" onClick={props.onBackUp.run}>
            {props.onBackUp.words}
          </Button>
        )
      );
    case 'resolve':
      return <ResolveButtons trans={trans} repository={repository} />;
    case 'trust':
      return (
        <TrustQuestion
          trans={trans}
          repository={repository}
          onTrusted={onRetry}
        />
      );
  }
}
