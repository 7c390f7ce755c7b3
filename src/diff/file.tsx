/** Shows the difference of a file that is no notebook, or of a notebook as text. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { FileSide, FileSides } from '../api/schema';
import { useLanguage, type Languages } from './language';
import { MergeEditor } from './mergeEditor';
import type { IDiffView } from './model';
import type { Parts } from './parts';
import { sideInWords } from './words';

interface IFileProps {
  readonly trans: TranslationBundle;
  readonly sides: FileSides;
  readonly view: IDiffView;
  readonly languages: Languages;
  readonly parts: Parts;
  readonly folded: (lines: number) => string;
}

/** Shows a text. */
export function TextFile(props: IFileProps): React.JSX.Element {
  const { trans, sides, view } = props;
  const side = sides.newSide ?? sides.oldSide;
  const path = sides.diff?.path ?? '';
  const language = useLanguage(
    props.languages,
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
  return (
    <div className="jp-mlgit-Pictures">
      <Picture
        trans={trans}
        side={sides.oldSide}
        name={sideInWords(trans, sides.old)}
        size={sides.diff?.oldSize ?? null}
      />
      <Picture
        trans={trans}
        side={sides.newSide}
        name={sideInWords(trans, sides.new)}
        size={sides.diff?.newSize ?? null}
      />
    </div>
  );
}

function Picture(props: {
  readonly trans: TranslationBundle;
  readonly side: FileSide | null;
  readonly name: string;
  /** Bytes. */
  readonly size: number | null;
}): React.JSX.Element {
  const { trans, side, name, size } = props;
  const [pixels, setPixels] = React.useState('');
  const told = [
    name,
    pixels,
    size === null ? '' : trans._n('%1 byte', '%1 bytes', size)
  ].filter(words => words !== '');
  return (
    <figure className="jp-mlgit-Picture">
      <figcaption>{told.join(' · ')}</figcaption>
      {side === null ? (
        <p className="jp-mlgit-Hint">{trans.__('There is none.')}</p>
      ) : side.image === null ? (
        <p className="jp-mlgit-Hint">
          {trans.__('It can’t be shown as a picture here.')}
        </p>
      ) : (
        <img
          src={`data:${side.image.mime};base64,${side.image.data}`}
          alt={trans.__('Picture, %1', name)}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
            setPixels(`${naturalWidth} × ${naturalHeight}`);
          }}
        />
      )}
    </figure>
  );
}
