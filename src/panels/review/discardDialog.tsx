/** Shows what discarding changes does, before it is done. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Discarded } from '../../api/schema';
import { choose, type IOffer } from '../../components/choiceDialog';
import { GitText } from '../../components/GitText';
import { WorkingFiles } from '../../components/Layers';
import { PreviewState, type IAgain } from '../../components/PreviewState';
import { shortened, visibleText } from '../../components/visibleText';
import { Answer } from '../../repository/answer';
import { usePreview } from '../../repository/usePreview';
import type { IRepository } from '../../tokens';
import { previewDiscard, type AskDiscard } from './discard';

/** How much of a name fits into the title. */
const NAME = 40;

/** Makes the question. */
export function discardDialog(
  trans: TranslationBundle,
  repository: IRepository
): AskDiscard {
  return (path, again) => {
    const name = visibleText(path.slice(path.lastIndexOf('/') + 1));
    return choose<Discarded>({
      title: trans.__('Discard changes in %1', shortened(name, NAME)),
      className: 'jp-mlgit-DiscardDialog',
      focus: '.jp-mlgit-Question',
      cancel: trans.__('Cancel'),
      accept: trans.__('Discard'),
      body: offer => (
        <DiscardQuestion
          trans={trans}
          repository={repository}
          path={path}
          again={again}
          onOffer={offer}
        />
      )
    });
  };
}

/** Shows the preview, and follows the repository. */
export function DiscardQuestion(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly path: string;
  readonly again: IAgain | null;
  readonly onOffer: (offer: IOffer<Discarded>) => void;
}): React.JSX.Element {
  const { trans, repository, path, onOffer } = props;
  const answer = React.useMemo(
    () => new Answer(() => previewDiscard(repository, path)),
    [repository, path]
  );
  const { value, trouble } = usePreview(repository, answer);
  const nothing = value?.files.length === 0;
  const isStaged = repository.state.status?.changes.some(
    one => one.path === path && one.index !== null
  );
  React.useEffect(() => {
    onOffer({ words: trans.__('Discard'), value: nothing ? null : value });
  }, [trans, onOffer, value, nothing]);
  return (
    // The dialog's keys work from the first moment, when there is nothing in it yet.
    <div className="jp-mlgit-Question" tabIndex={-1}>
      <PreviewState
        trans={trans}
        again={props.again}
        trouble={trouble}
        waiting={value === null}
      />
      <p>
        {isStaged === true
          ? trans.__('The working file goes back to what is staged.')
          : trans.__('The working file goes back to the last commit.')}
      </p>
      {value !== null && value.files.length > 0 && (
        <WorkingFiles trans={trans} files={value.files} />
      )}
      {nothing && value.refused.length === 0 && (
        <p>
          {trans.__('It is by now as it was: there is nothing to discard.')}
        </p>
      )}
      <ul className="jp-mlgit-List">
        {(value?.refused ?? []).map(one => (
          <li key={one.path}>
            <GitText text={trans.__('%1 stays: %2', one.path, one.reason)} />
          </li>
        ))}
      </ul>
      <p className="jp-mlgit-soft">
        {trans.__('Nothing is lost: Undo brings the changes back.')}
      </p>
    </div>
  );
}
