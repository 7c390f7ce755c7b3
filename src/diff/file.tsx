/** Shows the difference of a file that is no notebook, or of a notebook as text. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { FileSide, FileSides } from '../api/schema';
import { useLanguage, type FindLanguage } from './language';
import { MergeEditor } from './mergeEditor';
import type { IDiffView } from './model';
import type { Parts } from './parts';
import { sideInWords } from './words';

interface IFileProps {
  readonly trans: TranslationBundle;
  readonly sides: FileSides;
  readonly view: IDiffView;
  readonly find: FindLanguage;
  readonly parts: Parts;
  readonly folded: (lines: number) => string;
}

/** Shows a text. */
export function TextFile(props: IFileProps): React.JSX.Element {
  const { trans, sides, view, find } = props;
  const side = sides.newSide ?? sides.oldSide;
  const path = sides.diff?.path ?? '';
  const language = useLanguage(
    find,
    view.form === 'text' ? (side?.language ?? 'python') : path
  );
  return (
    <MergeEditor
      oldText={sides.oldSide?.text ?? ''}
      newText={sides.newSide?.text ?? ''}
      hunks={sides.diff?.hunks ?? []}
      layout={view.layout}
      wrap={view.wrap}
      unfolded={view.unfolded}
      parts={props.parts}
      language={language}
      oldLabel={sideInWords(trans, sides.old)}
      newLabel={sideInWords(trans, sides.new)}
      folded={props.folded}
    />
  );
}

/** Shows pictures beside each other. */
export function Pictures(props: IFileProps): React.JSX.Element {
  const { trans, sides } = props;
  const shown = (side: FileSide | null, name: string): React.JSX.Element => (
    <figure className="jp-mlgit-Picture">
      <figcaption>{sideInWords(trans, name)}</figcaption>
      {side === null ? (
        <p className="jp-mlgit-Hint">{trans.__('There is none.')}</p>
      ) : side.image === null ? (
        <p className="jp-mlgit-Hint">
          {trans.__('It can’t be shown as a picture here.')}
        </p>
      ) : (
        <img
          src={`data:${side.image.mime};base64,${side.image.data}`}
          alt={trans.__('Picture, %1', sideInWords(trans, name))}
        />
      )}
    </figure>
  );
  return (
    <div className="jp-mlgit-Pictures">
      {shown(sides.oldSide, sides.old)}
      {shown(sides.newSide, sides.new)}
    </div>
  );
}
