/** Shows one changed cell. */
import type { Extension } from '@codemirror/state';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { ReviewWarning } from '../api/schema';
import { Button } from '../components/Button';
import { GitText } from '../components/GitText';
import { warningIcon } from '../components/icons';
import { ended } from './blocks';
import { MergeEditor } from './mergeEditor';
import type { DiffModel, IDiffView } from './model';
import type { GoToCell } from './notebooks';
import { Outputs } from './outputs';
import type { Parts } from './parts';
import type { IChangedRow } from './rows';
import { Source } from './unchanged';
import { Warnings } from './warnings';
import { changeInWords, placeInWords } from './words';

interface ICellProps {
  /** The row's name, by which it is known when it is shown anew. */
  readonly name: string;
  readonly trans: TranslationBundle;
  readonly model: DiffModel;
  readonly row: IChangedRow;
  readonly warnings: readonly ReviewWarning[];
  readonly view: IDiffView;
  readonly code: Extension | null;
  readonly markdown: Extension | null;
  /** Null where the cell is not one of a working file. */
  readonly goToCell: GoToCell | null;
  readonly parts: Parts;
  readonly folded: (lines: number) => string;
}

/** Shows what differs in a cell: its source first, then what else. */
export function Cell(props: ICellProps): React.JSX.Element {
  const { trans, model, row, view, goToCell } = props;
  const { change, oldSource, newSource } = row;
  const place = placeInWords(trans, change);
  const words = changeInWords(trans, change);
  return (
    <section
      className={`jp-mlgit-Cell jp-mod-${change.change}`}
      aria-label={`${place}, ${words}`}
      data-change={change.n}
      data-row={props.name}
      tabIndex={-1}
    >
      <header className="jp-mlgit-Cell-header">
        <b>{place}</b>
        <span>{words}</span>
        {change.fails !== null && (
          <span className="jp-mlgit-Cell-fails">
            <warningIcon.react tag="span" className="jp-mlgit-Icon" />
            <GitText text={trans.__('now fails: %1', change.fails)} />
          </span>
        )}
        <span className="jp-mlgit-Cell-kind">
          {change.oldKind === change.kind
            ? change.kind
            : `${change.oldKind} → ${change.kind}`}
        </span>
        {goToCell !== null && change.newIndex !== null && (
          <Button
            kind="link"
            onClick={() => {
              void goToCell({
                at: model.at,
                path: model.place.path,
                index: change.newIndex ?? 0,
                id: change.id,
                source: newSource
              });
            }}
          >
            {trans.__('Go to cell')}
          </Button>
        )}
      </header>
      <Warnings trans={trans} warnings={props.warnings} inCell />
      {change.hunks.length > 0 && (
        <MergeEditor
          oldText={ended(oldSource)}
          newText={ended(newSource)}
          hunks={change.hunks}
          layout={view.layout}
          wrap={view.wrap}
          unfolded={view.unfolded}
          parts={props.parts}
          language={change.kind === 'code' ? props.code : props.markdown}
          oldLabel={trans.__('%1, before', place)}
          newLabel={trans.__('%1, after', place)}
          folded={props.folded}
        />
      )}
      {change.hunks.length === 0 && newSource + oldSource !== '' && (
        <Source
          trans={trans}
          source={change.newIndex === null ? oldSource : newSource}
          view={view}
          parts={props.parts}
        />
      )}
      {change.metadata.map(one => (
        <p key={one.key} className="jp-mlgit-Cell-metadata">
          <GitText text={`${one.key}: ${one.old ?? '–'} → ${one.new ?? '–'}`} />
        </p>
      ))}
      {change.attachments.map(name => (
        <p key={name} className="jp-mlgit-Cell-metadata">
          {trans.__('Attachment:')} <GitText text={name} />
        </p>
      ))}
      <Outputs
        trans={trans}
        model={model}
        change={change}
        view={view}
        parts={props.parts}
        folded={props.folded}
      />
    </section>
  );
}
