/** Shows what did not change: cells that are folded away, the source of one, and the place that one has left. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Button } from '../components/Button';
import { visibleLines } from '../components/visibleText';
import type { DiffModel, IDiffView } from './model';
import { Outputs } from './outputs';
import type { Parts } from './parts';
import type { ILeftRow, IUnchangedRow } from './rows';
import { bodyOf, bringIntoSight } from './sight';
import { useTextPart } from './textPart';
import { leftInWords, unchangedInWords } from './words';

/** Lines of a source that are shown before somebody asks for all of them, as the style sheet has it. */
const LINES = 10;

interface IUnchangedProps {
  /** The row's name, by which it is known when it is shown anew. */
  readonly name: string;
  readonly trans: TranslationBundle;
  readonly model: DiffModel;
  readonly row: IUnchangedRow;
  readonly view: IDiffView;
  readonly parts: Parts;
  readonly folded: (lines: number) => string;
}

/** Shows how many cells there are, and on a click their sources; those that were run anew have their outputs. */
export function Unchanged(props: IUnchangedProps): React.JSX.Element {
  const { trans, row, parts } = props;
  const [open, setOpen] = useFold(props.view.unfolded);
  const texts = React.useMemo(
    () => row.cells.map(({ cell }) => visibleLines(cell.source)),
    [row]
  );
  const host = useTextPart(parts, texts, open, () => {
    setOpen(true);
  });
  const rerun = row.cells.filter(one => one.rerun !== null).length;
  return (
    <div ref={host} className="jp-mlgit-Unchanged" data-row={props.name}>
      <button
        type="button"
        className="jp-mlgit-Unchanged-toggle"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        {unchangedInWords(trans, row.cells.length, rerun)}
      </button>
      {open &&
        row.cells.map((one, place) => (
          <section
            key={one.index}
            className="jp-mlgit-Unchanged-cell"
            aria-label={trans.__('Cell %1', one.index + 1)}
          >
            <header>
              <b>{trans.__('Cell %1', one.index + 1)}</b>
              {one.rerun !== null && <span>{trans.__('outputs differ')}</span>}
            </header>
            <pre className="jp-mlgit-Unchanged-source">{texts[place]}</pre>
            {one.rerun !== null && <Outputs {...props} change={one.rerun} />}
          </section>
        ))}
    </div>
  );
}

/** Shows the source of a cell in which something else changed; one without any text has nothing to show. */
export function Source(props: {
  readonly trans: TranslationBundle;
  readonly source: string;
  readonly view: IDiffView;
  readonly parts: Parts;
}): React.JSX.Element {
  const { trans, source } = props;
  const [open, setOpen] = useFold(props.view.unfolded);
  const texts = React.useMemo(() => [visibleLines(source)], [source]);
  const host = useTextPart(props.parts, texts, open, () => {
    setOpen(true);
  });
  const more = source.split('\n').length - LINES;
  // One line more needs no button in its place.
  const foldable = more > 1;
  return (
    <div ref={host} className="jp-mlgit-Source">
      <pre className={foldable && !open ? 'jp-mod-folded' : undefined}>
        {texts[0]}
      </pre>
      {foldable && (
        <Button
          kind="link"
          expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
        >
          {open
            ? trans.__('Show fewer lines')
            : trans._n('Show %1 more line', 'Show %1 more lines', more)}
        </Button>
      )}
    </div>
  );
}

/** Says where a cell that stood here is now, and leads there. */
export function Left(props: {
  /** As of other rows. */
  readonly name: string;
  readonly trans: TranslationBundle;
  readonly row: ILeftRow;
}): React.JSX.Element {
  const { trans, row } = props;
  const host = React.useRef<HTMLParagraphElement>(null);
  return (
    <p ref={host} className="jp-mlgit-Left" data-row={props.name}>
      <Button
        kind="link"
        onClick={() => {
          const body = host.current === null ? null : bodyOf(host.current);
          const cell = body?.querySelector<HTMLElement>(
            `[data-change="${row.change.n}"]`
          );
          if (cell) {
            bringIntoSight(cell, () => cell.getBoundingClientRect().top, 'top');
            cell.focus({ preventScroll: true });
          }
        }}
      >
        {leftInWords(trans, row.oldIndex, row.newIndex)}
      </Button>
    </p>
  );
}

/** Holds whether something is unfolded; the switch for the whole view sets it for each. */
function useFold(
  unfolded: boolean
): [boolean, React.Dispatch<React.SetStateAction<boolean>>] {
  const [open, setOpen] = React.useState(unfolded);
  React.useEffect(() => {
    setOpen(unfolded);
  }, [unfolded]);
  return [open, setOpen];
}
