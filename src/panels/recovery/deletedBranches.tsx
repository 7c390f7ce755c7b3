/** Lists what was lost, newest first, and explains itself where nothing was. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { troubleOf, type Trouble } from '../../api/problem';
import type { DeletedBranch } from '../../api/schema';
import { Button } from '../../components/Button';
import { useOneAtATime } from '../../components/useOneAtATime';
import { useStore } from '../../components/useStore';
import { TroubleNotice } from '../../repository/TroubleNotice';
import { useBarred } from '../../repository/useBarred';
import { BranchCard } from './branchCard';
import type { IRestoreChoice } from './cardActions';
import { PAGE, type RecoveryModel } from './model';
import { tagOf } from './words';

/** Shows the cards. */
export function DeletedBranches(props: {
  readonly trans: TranslationBundle;
  readonly model: RecoveryModel;
  readonly onRestore: (
    branch: DeletedBranch,
    choice: IRestoreChoice
  ) => Promise<void>;
  readonly onPin: (branch: DeletedBranch) => Promise<void>;
  readonly onUnpin: (branch: DeletedBranch) => Promise<void>;
  readonly onCompare: (branch: DeletedBranch) => void;
  readonly onPinAll: () => Promise<void>;
}): React.JSX.Element {
  const { trans, model } = props;
  const { deleted } = model;
  const { value, trouble } = useStore(deleted.changed, () => deleted.state);
  const { all, limit } = useStore(model.viewChanged, () => model.view);
  const branches = value?.branches ?? [];
  const hidden = branches.length + (value?.more ?? 0) - limit;
  return (
    <>
      {trouble !== null && (
        <TroubleNotice
          trans={trans}
          repository={model.repository}
          trouble={trouble}
          onRetry={() => {
            void deleted.refresh();
          }}
        />
      )}
      {value === null && trouble === null && (
        <p className="jp-mlgit-Hint" role="status">
          {trans.__('Looking through the reflogs…')}
        </p>
      )}
      {value !== null && branches.length === 0 && (
        <p className="jp-mlgit-Hint">
          {trans.__(
            'Nothing is missing. When a branch is deleted or overwritten, here or in a terminal, it appears here and can be restored.'
          )}
        </p>
      )}
      <PinAll
        trans={trans}
        model={model}
        branches={branches}
        onPinAll={props.onPinAll}
      />
      <ul
        className="jp-mlgit-Cards"
        aria-label={trans.__('Deleted and overwritten branches')}
      >
        {branches.slice(0, limit).map(branch => (
          <BranchCard
            key={branch.id}
            trans={trans}
            repository={model.repository}
            branch={branch}
            onRestore={props.onRestore}
            onPin={props.onPin}
            onUnpin={props.onUnpin}
            onCompare={props.onCompare}
          />
        ))}
      </ul>
      <div className="jp-mlgit-Footer">
        {hidden > 0 && (
          <Button
            onClick={() => {
              model.showMore();
            }}
          >
            {trans._n('Show %1 more', 'Show %1 more', Math.min(hidden, PAGE))}
          </Button>
        )}
        <label className="jp-mlgit-Check">
          <input
            type="checkbox"
            checked={all}
            onChange={event => {
              model.setAll(event.target.checked);
            }}
          />
          {trans.__('Show lost commits and stashes')}
        </label>
        {value !== null && value.skipped > 0 && (
          <span className="jp-mlgit-soft">
            {trans._n(
              '%1 damaged line of the logs was skipped.',
              '%1 damaged lines of the logs were skipped.',
              value.skipped
            )}
          </span>
        )}
      </div>
    </>
  );
}

/** Offers to pin all that may vanish, where that is more than one thing. */
function PinAll(props: {
  readonly trans: TranslationBundle;
  readonly model: RecoveryModel;
  readonly branches: readonly DeletedBranch[];
  readonly onPinAll: () => Promise<void>;
}): React.JSX.Element | null {
  const { trans, model, branches } = props;
  const [busy, run] = useOneAtATime();
  const [trouble, setTrouble] = React.useState<Trouble | null>(null);
  const barred = useBarred(model.repository);
  const count = branches.filter(
    branch => tagOf(trans, branch).tone === 'warn'
  ).length;
  if (trouble !== null) {
    return (
      <TroubleNotice
        trans={trans}
        repository={model.repository}
        trouble={trouble}
        onDismiss={() => {
          setTrouble(null);
        }}
      />
    );
  }
  if (count < 2) {
    return null;
  }
  return (
    <div className="jp-mlgit-Offer">
      <span>
        {trans._n(
          '%1 of these may vanish at the next gc.',
          '%1 of these may vanish at the next gc.',
          count
        )}
      </span>
      <Button
        label={trans.__(
          'Pin all that is listed, so that git gc leaves it alone'
        )}
        disabled={busy || barred}
        onClick={() => {
          void run(async () => {
            try {
              await props.onPinAll();
            } catch (error) {
              setTrouble(troubleOf(error));
            }
          });
        }}
      >
        {trans.__('Pin all')}
      </Button>
    </div>
  );
}
