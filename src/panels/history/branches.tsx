/** Lists the branches. With 500 of them it renders a part and offers the rest. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { troubleOf, type Trouble } from '../../api/problem';
import { Button } from '../../components/Button';
import { NameForm } from '../../components/NameForm';
import { useRows } from '../../components/useRows';
import { useStore } from '../../components/useStore';
import { shortId } from '../../components/visibleText';
import { TroubleNotice } from '../../repository/TroubleNotice';
import { useBarred } from '../../repository/useBarred';
import { useOutdated } from '../../repository/useOutdated';
import type { IBranchActs } from './acts';
import { BranchRow } from './branchRow';
import type { HistoryModel } from './model';
import { RemoteBranches } from './remoteBranches';

/** How many branches are shown at first, and added at a time. */
const PAGE = 50;

/** From how many branches on there is a field to look for one. */
const MANY = 8;

/** Shows the list and what can be done with it. */
export function BranchList(props: {
  readonly trans: TranslationBundle;
  readonly model: HistoryModel;
  readonly acts: IBranchActs;
}): React.JSX.Element {
  const { trans, model, acts } = props;
  const { value, trouble } = useStore(
    model.branches.changed,
    () => model.branches.state
  );
  const { filter, creating, start, remotes } = useStore(
    model.viewChanged,
    () => model.view
  );
  const [limit, setLimit] = React.useState(PAGE);
  const [refusal, setRefusal] = React.useState<Trouble | null>(null);
  const barred = useBarred(model.repository);
  const forget = React.useCallback(() => {
    setRefusal(null);
  }, []);
  useOutdated(model.repository, forget);

  const run = (act: () => Promise<void>): void => {
    setRefusal(null);
    act().then(
      () => {
        model.setView({ creating: false, start: null });
      },
      (error: unknown) => {
        setRefusal(troubleOf(error));
      }
    );
  };
  const all = value?.branches ?? [];
  const words = filter.trim().toLowerCase();
  const found = all.filter(branch => branch.name.toLowerCase().includes(words));
  const shown = found.slice(0, limit);
  const rows = useRows(shown.length);

  return (
    <>
      {all.length >= MANY && (
        <div className="jp-mlgit-ListTools">
          <input
            className="jp-mlgit-Input"
            type="search"
            placeholder={trans.__('Find a branch')}
            aria-label={trans.__('Find a branch')}
            value={filter}
            data-lm-suppress-shortcuts="true"
            onChange={event => {
              model.setView({ filter: event.target.value });
              rows.reset();
            }}
          />
        </div>
      )}
      {creating && (
        <NameForm
          label={
            start === null
              ? trans.__('Name of the new branch')
              : trans.__('Name of the new branch at %1', shortId(start))
          }
          initial=""
          accept={trans.__('Create')}
          cancel={trans.__('Cancel')}
          onAccept={name => {
            run(() => acts.create(name, start));
          }}
          onCancel={() => {
            model.setView({ creating: false, start: null });
          }}
        />
      )}
      {refusal !== null && (
        <TroubleNotice
          trans={trans}
          repository={model.repository}
          trouble={refusal}
          onDismiss={() => {
            setRefusal(null);
          }}
          {...(creating
            ? {
                onRename: (name: string) => {
                  run(() => acts.create(name, start));
                }
              }
            : {})}
        />
      )}
      {trouble !== null && (
        <TroubleNotice
          trans={trans}
          repository={model.repository}
          trouble={trouble}
          onRetry={() => {
            void model.branches.refresh();
          }}
        />
      )}
      {value !== null && all.length === 0 && (
        <p className="jp-mlgit-Hint">
          {trans.__('No branch yet. The first commit makes one.')}
        </p>
      )}
      {all.length > 0 && found.length === 0 && (
        <p className="jp-mlgit-Hint">{trans.__('No branch has this name.')}</p>
      )}
      <ul
        ref={rows.list}
        className="jp-mlgit-Branches"
        aria-label={trans.__('Branches')}
      >
        {shown.map((branch, row) => (
          <BranchRow
            key={branch.name}
            trans={trans}
            branch={branch}
            barred={barred}
            {...rows.row(row)}
            onSwitch={() => {
              run(() => acts.switchTo(branch.name));
            }}
            onDelete={() => {
              run(() => acts.remove(branch.name));
            }}
            onRename={name => {
              run(() => acts.rename(branch.name, name));
            }}
          />
        ))}
      </ul>
      {found.length > limit && (
        <div className="jp-mlgit-Footer">
          <Button
            onClick={() => {
              setLimit(limit + PAGE);
            }}
          >
            {trans._n(
              'Show %1 more',
              'Show %1 more',
              Math.min(found.length - limit, PAGE)
            )}
          </Button>
        </div>
      )}
      <RemoteBranches
        trans={trans}
        count={value?.remoteCount ?? 0}
        branches={value?.remotes ?? []}
        filter={filter}
        open={remotes}
        barred={barred}
        onToggle={unfolded => {
          model.setView({ remotes: unfolded });
        }}
        onFollow={branch => {
          run(() => acts.follow(branch));
        }}
      />
    </>
  );
}
