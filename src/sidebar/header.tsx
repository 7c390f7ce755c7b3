/** Shows which branch the panel is about, and where it stands. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon, settingsIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { Status } from '../api/schema';
import { IconButton } from '../components/Button';
import { GitText, ObjectId } from '../components/GitText';
import { icons } from '../components/icons';

/** Shows the title line of the panel. */
export function Header(props: {
  readonly trans: TranslationBundle;
  readonly status: Status | null;
  readonly onRefresh: () => void;
  readonly onSettings?: (() => void) | undefined;
}): React.JSX.Element {
  const { trans, status } = props;
  return (
    <header className="jp-mlgit-Header">
      <h1 className="jp-mlgit-Header-title">{trans.__('ML Git')}</h1>
      <span className="jp-mlgit-Header-branch">
        {status !== null && <Standing trans={trans} status={status} />}
      </span>
      <IconButton
        icon={refreshIcon}
        label={trans.__('Refresh ML Git')}
        onClick={props.onRefresh}
      />
      {props.onSettings !== undefined && (
        <IconButton
          icon={settingsIcon}
          label={trans.__('Settings of ML Git')}
          onClick={props.onSettings}
        />
      )}
    </header>
  );
}

function Standing(props: {
  readonly trans: TranslationBundle;
  readonly status: Status;
}): React.JSX.Element {
  const { trans, status } = props;
  const Icon = icons.branch;
  if (status.branch === null) {
    return (
      <span className="jp-mlgit-Header-name">
        {status.head === null ? (
          trans.__('no commit yet')
        ) : (
          <>
            {trans.__('detached at')} <ObjectId id={status.head} />
          </>
        )}
      </span>
    );
  }
  return (
    <>
      <Icon.react tag="span" className="jp-mlgit-Icon" />
      <GitText text={status.branch} className="jp-mlgit-Header-name" />
      {status.head === null && (
        <span className="jp-mlgit-soft">{trans.__('no commit yet')}</span>
      )}
      <AheadBehind
        trans={trans}
        ahead={status.ahead}
        behind={status.behind}
        upstream={status.upstream}
      />
    </>
  );
}

function AheadBehind(props: {
  readonly trans: TranslationBundle;
  readonly ahead: number | null;
  readonly behind: number | null;
  readonly upstream: string | null;
}): React.JSX.Element | null {
  const { trans, upstream } = props;
  const ahead = props.ahead ?? 0;
  const behind = props.behind ?? 0;
  if (upstream === null || (ahead === 0 && behind === 0)) {
    return null;
  }
  const words = trans.__('%1 ahead of, %2 behind %3', ahead, behind, upstream);
  return (
    <span
      className="jp-mlgit-AheadBehind"
      title={words}
      aria-label={words}
      role="img"
    >
      {ahead > 0 && `↑${ahead}`}
      {behind > 0 && `↓${behind}`}
    </span>
  );
}
