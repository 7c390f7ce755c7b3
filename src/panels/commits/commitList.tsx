/** Lists the commits of what is checked out. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Button } from '../../components/Button';
import { useRows } from '../../components/useRows';
import { useStore } from '../../components/useStore';
import { TroubleNotice } from '../../repository/TroubleNotice';
import { useBarred } from '../../repository/useBarred';
import { CommitRow } from './commitRow';
import { found, type CommitsModel } from './model';
import { currentName } from './words';

/** From how many commits on there is a field to look for one. */
const MANY = 8;

/** Shows the list. */
export function CommitList(props: {
  readonly trans: TranslationBundle;
  readonly model: CommitsModel;
  readonly onReset: (rev: string) => void;
  readonly onShow: (rev: string) => void;
  readonly onMenu: (rev: string, x: number, y: number) => void;
}): React.JSX.Element {
  const { trans, model } = props;
  const { value, trouble, loading } = useStore(
    model.log.changed,
    () => model.log.state
  );
  const { filter, refusal, busy } = useStore(
    model.viewChanged,
    () => model.view
  );
  const current = useStore(model.repository.stateChanged, () =>
    currentName(trans, model.repository)
  );
  const barred = useBarred(model.repository) || busy !== null;
  const all = value?.commits ?? [];
  const shown = found(all, filter);
  const rows = useRows(shown.length);
  return (
    <>
      {all.length >= MANY && (
        <div className="jp-mlgit-ListTools">
          <input
            className="jp-mlgit-Input"
            type="search"
            placeholder={trans.__('Find a commit')}
            aria-label={trans.__('Find a commit')}
            value={filter}
            data-lm-suppress-shortcuts="true"
            onChange={event => {
              model.setView({ filter: event.target.value });
              rows.reset();
            }}
          />
        </div>
      )}
      {refusal !== null && (
        <TroubleNotice
          trans={trans}
          repository={model.repository}
          trouble={refusal}
          onDismiss={() => {
            model.setView({ refusal: null });
          }}
        />
      )}
      {trouble !== null && (
        <TroubleNotice
          trans={trans}
          repository={model.repository}
          trouble={trouble}
          onRetry={() => {
            void model.log.refresh();
          }}
        />
      )}
      <p className="jp-mlgit-Hint" role="status" hidden={busy === null}>
        {busy}
      </p>
      {value !== null && all.length === 0 && (
        <p className="jp-mlgit-Hint">{trans.__('No commit yet.')}</p>
      )}
      {all.length > 0 && shown.length === 0 && (
        <p className="jp-mlgit-Hint">
          {trans._n(
            'The %1 commit that is shown here is another one.',
            'None of the newest %1 commits.',
            all.length
          )}
        </p>
      )}
      <ul
        ref={rows.list}
        className="jp-mlgit-Commits"
        aria-label={trans.__('Commits')}
      >
        {shown.map((commit, row) => (
          <CommitRow
            key={commit.id}
            trans={trans}
            commit={commit}
            current={current}
            barred={barred}
            {...rows.row(row)}
            onReset={() => {
              props.onReset(commit.id);
            }}
            onShow={() => {
              props.onShow(commit.id);
            }}
            onMenu={(x, y) => {
              props.onMenu(commit.id, x, y);
            }}
          />
        ))}
      </ul>
      {value?.more === true && (
        <div className="jp-mlgit-Footer">
          <Button
            disabled={loading}
            label={trans.__('Show older commits')}
            onClick={() => {
              void model.more();
            }}
          >
            {trans.__('Show more')}
          </Button>
        </div>
      )}
    </>
  );
}
