/** Says what stands in the way: no repository, one that may only be read, an act that was interrupted. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { repositoriesIn, troubleOf, type Trouble } from '../api/problem';
import type { Status } from '../api/schema';
import { Button } from '../components/Button';
import { GitText } from '../components/GitText';
import { Notice } from '../components/Notice';
import { panelIcon } from '../components/icons';
import { lowerFirst } from '../components/visibleText';
import { ResolveButtons } from '../repository/ResolveButtons';
import { TroubleNotice } from '../repository/TroubleNotice';
import type { IRepository } from '../tokens';

type Kind = NonNullable<Status['unfinished']>['kind'];

/** Explains why there is nothing to show. */
export function NoRepository(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly trouble: Trouble;
  /** Goes to a folder, which is named from the server's root on. */
  readonly onOpen: (folder: string) => void;
}): React.JSX.Element {
  const { trans, repository, trouble } = props;
  const below = repositoriesIn(trouble);
  const { at } = repository.state;
  if (trouble.code !== 'not-a-repository') {
    return (
      <TroubleNotice
        trans={trans}
        repository={repository}
        trouble={trouble}
        onRetry={() => {
          void repository.refresh();
        }}
      />
    );
  }
  return (
    <div className="jp-mlgit-Empty" role="status">
      <p className="jp-mlgit-Empty-title">
        <panelIcon.react tag="span" className="jp-mlgit-Icon" />
        {trans.__('No git repository here')}
      </p>
      {below.length > 0 ? (
        <>
          <p>{trans.__('In this folder there are repositories. Open one:')}</p>
          <ul className="jp-mlgit-Empty-list">
            {below.map(name => (
              <li key={name}>
                <Button
                  kind="link"
                  onClick={() => {
                    props.onOpen(at === '' ? name : `${at}/${name}`);
                  }}
                >
                  <GitText text={name} />
                </Button>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <p>
            <GitText text={trouble.message} />
          </p>
          <p className="jp-mlgit-soft">
            <GitText text={trouble.hint} />
          </p>
        </>
      )}
    </div>
  );
}

/** Warns of what limits the panel in this repository. */
export function Banners(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly status: Status;
}): React.JSX.Element {
  const { trans, repository, status } = props;
  return (
    <>
      {status.readOnly !== null && (
        <Notice
          tone="warn"
          message={trans.__('This repository can only be read.')}
          hint={status.readOnly}
        />
      )}
      {status.unfinished !== null &&
        (status.unfinished.kind === 'interrupted' ? (
          <Interrupted trans={trans} repository={repository} />
        ) : (
          <Notice tone="info" {...underWay(trans, status.unfinished.kind)} />
        ))}
    </>
  );
}

function Interrupted(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
}): React.JSX.Element {
  const { trans, repository } = props;
  const { at } = repository.state;
  const [title, setTitle] = React.useState<string | null>(null);
  React.useEffect(() => {
    repository.client.unfinished(at).then(
      unfinished => {
        setTitle(unfinished.title);
      },
      (error: unknown) => {
        // Which act it was is only an ornament; the buttons say what is wrong, if anything is.
        troubleOf(error);
      }
    );
  }, [repository, at]);
  return (
    <Notice
      tone="warn"
      message={
        title === null
          ? trans.__('The last act was interrupted.')
          : trans.__('This was interrupted: %1.', lowerFirst(title))
      }
      hint={trans.__(
        'Nothing is lost. Until it is settled nothing else can be done here.'
      )}
    >
      <ResolveButtons trans={trans} repository={repository} />
    </Notice>
  );
}

/** Says what git has half done, and with which words it goes on or ends. */
function underWay(
  trans: TranslationBundle,
  kind: Exclude<Kind, 'interrupted'>
): { readonly message: string; readonly hint: string } {
  const message = {
    'cherry-pick': trans.__('A cherry-pick is under way.'),
    revert: trans.__('A revert is under way.'),
    merge: trans.__('A merge is under way.'),
    rebase: trans.__('A rebase is under way.'),
    bisect: trans.__('A bisect is under way.')
  }[kind];
  const hint =
    kind === 'bisect'
      ? trans.__(
          'In a terminal, "git bisect good" or "git bisect bad" goes on and "git bisect reset" ends it. Until then no branch can be switched to.'
        )
      : trans.__(
          'In a terminal, "git %1 --continue" finishes it and "git %1 --abort" gives it up. Until then no branch can be switched to.',
          kind
        );
  return { message, hint };
}
