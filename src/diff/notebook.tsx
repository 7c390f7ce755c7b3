/** Shows a notebook's difference cell by cell, with what did not change folded away. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { FileSides } from '../api/schema';
import { GitText } from '../components/GitText';
import { visibleLines } from '../components/visibleText';
import { Cell } from './cell';
import { useLanguage, type FindLanguage } from './language';
import type { DiffModel, IDiffView } from './model';
import type { GoToCell } from './notebooks';
import { rowsOf, type IUnchangedRow } from './rows';
import { Warnings } from './warnings';

interface INotebookProps {
  readonly trans: TranslationBundle;
  readonly model: DiffModel;
  readonly sides: FileSides;
  readonly view: IDiffView;
  readonly find: FindLanguage;
  readonly goToCell: GoToCell | null;
  readonly folded: (lines: number) => string;
}

/** Shows the cells. */
export function Notebook(props: INotebookProps): React.JSX.Element {
  const { trans, model, sides, view, find } = props;
  const language = (sides.newSide ?? sides.oldSide)?.language ?? 'python';
  const code = useLanguage(find, language);
  const markdown = useLanguage(find, 'ipythongfm');
  const rows = React.useMemo(
    () => rowsOf(sides, view.outputs),
    [sides, view.outputs]
  );
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
      {rows.map(row =>
        row.type === 'changed' ? (
          <Cell
            key={`n${row.change.n}`}
            trans={trans}
            model={model}
            row={row}
            warnings={warnings.filter(
              ({ cell }) => cell !== null && cell === row.change.newIndex
            )}
            view={view}
            code={code}
            markdown={markdown}
            goToCell={sides.new === 'working files' ? props.goToCell : null}
            folded={props.folded}
          />
        ) : (
          <Unchanged
            key={`u${row.cells[0]?.index ?? 0}`}
            trans={trans}
            row={row}
          />
        )
      )}
    </div>
  );
}

function Unchanged(props: {
  readonly trans: TranslationBundle;
  readonly row: IUnchangedRow;
}): React.JSX.Element {
  const { trans, row } = props;
  const [open, setOpen] = React.useState(false);
  const words = trans._n(
    '%1 unchanged cell',
    '%1 unchanged cells',
    row.cells.length
  );
  return (
    <div className="jp-mlgit-Unchanged">
      <button
        type="button"
        className="jp-mlgit-Unchanged-toggle"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        {row.rerun > 0 ? `${words}, ${trans.__('outputs rerun')}` : words}
      </button>
      {open &&
        row.cells.map(({ index, cell }) => (
          <pre key={index} className="jp-mlgit-Unchanged-source">
            {visibleLines(cell.source)}
          </pre>
        ))}
    </div>
  );
}
