/** Lists the branches. With 500 of them it renders a part and offers the rest. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { filesIn, troubleOf } from '../../api/problem';
import { Button } from '../../components/Button';
import { NameForm } from '../../components/NameForm';
import { useRows } from '../../components/useRows';
import { useStore } from '../../components/useStore';
import { shortId } from '../../components/visibleText';
import { TroubleNotice } from '../../repository/TroubleNotice';
import { useBarred } from '../../repository/useBarred';
import { useRefusal } from '../../repository/useRefusal';
import type { IBranchActs } from './acts';
import { BranchRow } from './branchRow';
import type { HistoryModel, IChosen } from './model';
import { RemoteBranches } from './remoteBranches';

/** How many branches are shown at first, and added at a time. */
const PAGE = 50;

/** From how many branches on there is a field to look for one. */
const MANY = 8;

/** What was asked for last. */
interface IAttempt {
  /** Names the act: a second press while it is under way asks for no second one. */
  readonly name: string;
  readonly act: () => Promise<void>;
  /** The same, once the work in these files, which are in the way, is backed up. */
  readonly backingUp?: (files: readonly string[]) => Promise<void>;
  /** The same under another name. */
  readonly again?: (name: string) => Promise<boolean>;
}

/** Opens the menu of a branch, which is named in full, at a point of the page. */
export type OpenMenu = (ref: string, x: number, y: number) => void;

/** Shows the list and what can be done with it. */
export function BranchList(props: {
  readonly trans: TranslationBundle;
  readonly model: HistoryModel;
  readonly acts: IBranchActs;
  readonly onMenu: OpenMenu;
  /** Shows what a working file has that HEAD does not. */
  readonly onShowChanges: (path: string) => void;
}): React.JSX.Element {
  const { trans, model, acts, onMenu } = props;
  const { value, trouble } = useStore(
    model.branches.changed,
    () => model.branches.state
  );
  const { filter, creating, start, remotes } = useStore(
    model.viewChanged,
    () => model.view
  );
  const [limit, setLimit] = React.useState(PAGE);
  const [refusal, setRefusal] = useRefusal(model.repository);
  const [last, setLast] = React.useState<IAttempt | null>(null);
  const [renaming, setRenaming] = React.useState<string | null>(null);
  const barred = useBarred(model.repository);

  const underWay = React.useRef(new Set<string>());

  /** Acts, and tells whether it was done; what was typed stays where it was not. */
  const attempt = async (what: IAttempt): Promise<boolean> => {
    if (underWay.current.has(what.name)) {
      return false;
    }
    underWay.current.add(what.name);
    setLast(what);
    setRefusal(null);
    try {
      await what.act();
      return true;
    } catch (error) {
      setRefusal(troubleOf(error));
      return false;
    } finally {
      underWay.current.delete(what.name);
    }
  };
  const remove = (name: string): void => {
    void attempt({ name: `delete ${name}`, act: () => acts.remove(name) });
  };
  const go = (
    name: string,
    act: (over?: readonly string[]) => Promise<void>
  ): void => {
    void attempt({
      name: `go to ${name}`,
      act: () => act(),
      backingUp: act
    });
  };
  const switchTo = (name: string): void => {
    go(name, over => acts.switchTo(name, over));
  };
  const create = (name: string): Promise<boolean> =>
    attempt({
      name: `create ${name}`,
      act: async () => {
        await acts.create(name, start);
        model.setView({ creating: false, start: null });
      },
      again: create
    });
  const rename = (name: string, to: string): Promise<boolean> =>
    attempt({
      name: `rename ${name}`,
      act: () => acts.rename(name, to),
      again: other => rename(name, other)
    });
  React.useEffect(() => {
    const onChosen = (_: HistoryModel, chosen: IChosen): void => {
      const { act, branch } = chosen;
      if (act === 'rename') {
        setRenaming(branch);
      } else if (act === 'switch') {
        switchTo(branch);
      } else {
        remove(branch);
      }
    };
    model.chosen.connect(onChosen);
    return () => {
      model.chosen.disconnect(onChosen);
    };
  });
  const all = value?.branches ?? [];
  const words = filter.trim().toLowerCase();
  const found = all.filter(branch => branch.name.toLowerCase().includes(words));
  const shown = found.slice(0, limit);
  const rows = useRows(shown.length);
  const backingUp = last?.backingUp;

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
            void create(name);
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
          onRetry={
            last === null
              ? undefined
              : () => {
                  void attempt(last);
                }
          }
          onRename={last?.again}
          onBackUp={
            backingUp && {
              words: trans.__('Back up and switch'),
              run: () => {
                const named = filesIn(refusal);
                void attempt({
                  name: last.name,
                  act: () => backingUp(named),
                  backingUp
                });
              }
            }
          }
          onShowChanges={props.onShowChanges}
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
            renaming={renaming === branch.name}
            {...rows.row(row)}
            onRenaming={on => {
              // The answer to an earlier act closes its own form, and not the next one.
              setRenaming(now =>
                on ? branch.name : now === branch.name ? null : now
              );
            }}
            onSwitch={() => {
              switchTo(branch.name);
            }}
            onDelete={() => {
              remove(branch.name);
            }}
            onRename={name => rename(branch.name, name)}
            onMenu={(x, y) => {
              onMenu(`refs/heads/${branch.name}`, x, y);
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
          go(branch.name, over => acts.follow(branch, over));
        }}
        onMenu={({ name }, x, y) => {
          onMenu(`refs/remotes/${name}`, x, y);
        }}
      />
    </>
  );
}
