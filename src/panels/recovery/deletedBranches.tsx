/** Lists what was lost, newest first, and explains itself where nothing was. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { DeletedBranch } from '../../api/schema';
import { Button } from '../../components/Button';
import { useStore } from '../../components/useStore';
import { TroubleNotice } from '../../repository/TroubleNotice';
import { BranchCard, type IRestoreChoice } from './branchCard';
import { PAGE, type RecoveryModel } from './model';

/** Shows the cards. */
export function DeletedBranches(props: {
  readonly trans: TranslationBundle;
  readonly model: RecoveryModel;
  readonly onRestore: (
    branch: DeletedBranch,
    choice: IRestoreChoice
  ) => Promise<void>;
  readonly onPin: (branch: DeletedBranch) => Promise<void>;
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
