/** Shows a notebook's difference cell by cell, with what did not change folded away. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { FileSides } from '../api/schema';
import { GitText } from '../components/GitText';
import { Cell } from './cell';
import { MARKDOWN, useLanguage, type Languages } from './language';
import type { DiffModel, IDiffView } from './model';
import type { GoToCell } from './notebooks';
import type { Parts } from './parts';
import { keysOf, rowsOf } from './rows';
import { Left, Unchanged } from './unchanged';
import { Warnings } from './warnings';

interface INotebookProps {
  readonly trans: TranslationBundle;
  readonly model: DiffModel;
  readonly sides: FileSides;
  readonly view: IDiffView;
  readonly languages: Languages;
  readonly goToCell: GoToCell | null;
  readonly parts: Parts;
  readonly folded: (lines: number) => string;
}

/** Shows the cells. */
export function Notebook(props: INotebookProps): React.JSX.Element {
  const { trans, model, sides, view, languages } = props;
  const language = (sides.newSide ?? sides.oldSide)?.language ?? 'python';
  const code = useLanguage(languages, language);
  const markdown = useLanguage(languages, MARKDOWN);
  const rows = React.useMemo(
    () => rowsOf(sides, view.outputs),
    [sides, view.outputs]
  );
  const keys = React.useMemo(() => keysOf(rows), [rows]);
  const warnings = sides.diff?.warnings ?? [];
  const shown = new Set(
    rows.map(row => (row.type === 'changed' ? row.change.newIndex : null))
  );
  return (
    <div className="jp-mlgit-Cells">
      <Warnings
        trans={trans}
        warnings={warnings.filter(
          ({ cell }) => cell === null || !shown.has(cell)
        )}
      />
      {(sides.diff?.metadata ?? []).map(one => (
        <p key={one.key} className="jp-mlgit-Cell-metadata">
          {trans.__('Notebook:')}{' '}
          <GitText text={`${one.key}: ${one.old ?? '–'} → ${one.new ?? '–'}`} />
        </p>
      ))}
      {rows.map((row, place) =>
        row.type === 'changed' ? (
          <Cell
            key={keys[place]}
            name={keys[place] ?? ''}
            trans={trans}
            model={model}
            row={row}
            warnings={warnings.filter(
              ({ cell }) => cell !== null && cell === row.change.newIndex
            )}
            view={view}
            code={code}
            markdown={markdown}
            parts={props.parts}
            goToCell={sides.new === 'working files' ? props.goToCell : null}
            folded={props.folded}
          />
        ) : row.type === 'left' ? (
          <Left
            key={keys[place]}
            name={keys[place] ?? ''}
            trans={trans}
            row={row}
          />
        ) : (
          <Unchanged
            key={keys[place]}
            name={keys[place] ?? ''}
            trans={trans}
            model={model}
            row={row}
            view={view}
            parts={props.parts}
            folded={props.folded}
          />
        )
      )}
    </div>
  );
}
