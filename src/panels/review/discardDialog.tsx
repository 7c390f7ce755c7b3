/** Shows what discarding changes does, before it is done. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Discarded } from '../../api/schema';
import { choose, type IOffer } from '../../components/choiceDialog';
import { GitText } from '../../components/GitText';
import { WorkingFiles } from '../../components/Layers';
import { Notice } from '../../components/Notice';
import { PreviewQuestion } from '../../components/PreviewQuestion';
import type { IAgain } from '../../components/PreviewState';
import { shortened, visibleText } from '../../components/visibleText';
import { Answer } from '../../repository/answer';
import { usePreview } from '../../repository/usePreview';
import type { IRepository } from '../../tokens';
import {
  filesOf,
  previewDiscard,
  type AskDiscard,
  type IToDiscard
} from './discard';

/** How much of a name fits into the title. */
const NAME = 40;

/** Makes the question. */
export function discardDialog(
  trans: TranslationBundle,
  repository: IRepository
): AskDiscard {
  return (file, again) => {
    const { path, isNew } = file;
    const name = shortened(
      visibleText(path.slice(path.lastIndexOf('/') + 1)),
      NAME
    );
    return choose<Discarded>({
      title: isNew
        ? trans.__('Discard the new file %1', name)
        : trans.__('Discard changes in %1', name),
      className: 'jp-mlgit-DiscardDialog',
      cancel: trans.__('Cancel'),
      accept: trans.__('Discard'),
      body: offer => (
        <DiscardQuestion
          trans={trans}
          repository={repository}
          file={file}
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
  readonly file: IToDiscard;
  readonly again: IAgain | null;
  readonly onOffer: (offer: IOffer<Discarded>) => void;
}): React.JSX.Element {
  const { trans, repository, file, onOffer } = props;
  const { path, isNew } = file;
  const answer = React.useMemo(
    () => new Answer(() => previewDiscard(repository, { path, isNew })),
    [repository, path, isNew]
  );
  const { value, trouble } = usePreview(repository, answer);
  const unsaved = useUnsaved(repository, value);
  const nothing = value !== null && Object.keys(value.stamps).length === 0;
  React.useEffect(() => {
    onOffer({ words: trans.__('Discard'), value: nothing ? null : value });
  }, [trans, onOffer, value, nothing]);
  return (
    <PreviewQuestion
      trans={trans}
      again={props.again}
      trouble={trouble}
      waiting={value === null}
      wayBack={
        isNew
          ? trans.__('Nothing is lost: Undo brings it back.')
          : trans.__('Nothing is lost: Undo brings the changes back.')
      }
    >
      <p>{whatHappens(trans, repository, file, value)}</p>
      {unsaved.length > 0 && (
        <Notice
          tone="info"
          message={trans.__(
            'Edits that are not saved are saved first, so that Undo brings them back, too: %1',
            unsaved.join(', ')
          )}
        />
      )}
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
    </PreviewQuestion>
  );
}

/** Says where the file goes: to what the index has, or away. */
function whatHappens(
  trans: TranslationBundle,
  { state }: IRepository,
  { path, isNew }: IToDiscard,
  preview: Discarded | null
): string {
  if (isNew) {
    const isLeft = state.status?.changes.some(
      one => one.path === path && one.index === 'deleted'
    );
    if (isLeft === true) {
      return trans.__(
        'The last commit has it, the index no longer does: the working file goes away.'
      );
    }
    return (preview?.index.length ?? 0) > 0
      ? trans.__(
          'No commit has it: the file goes away, and is no longer staged.'
        )
      : trans.__('No commit has it: the file goes away.');
  }
  const isStaged = state.status?.changes.some(
    one => one.path === path && one.index !== null
  );
  return isStaged === true
    ? trans.__('The working file goes back to what is staged in the index.')
    : trans.__(
        'The working file goes back to what the index has. Nothing of it is staged: that is as in the last commit.'
      );
}

/** Names the files with edits that are not saved, as they are when the preview comes. */
function useUnsaved(
  repository: IRepository,
  preview: Discarded | null
): readonly string[] {
  const [unsaved, setUnsaved] = React.useState<readonly string[]>([]);
  React.useEffect(() => {
    let isOver = false;
    if (preview !== null) {
      void repository.unsaved(filesOf(preview)).then(found => {
        if (!isOver) {
          setUnsaved(found);
        }
      });
    }
    return () => {
      isOver = true;
    };
  }, [repository, preview]);
  return unsaved;
}
