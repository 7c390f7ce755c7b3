/** Lists the files that differ, one line each; only the lines in sight are in the page. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { ChangedFile, FileDiff } from '../api/schema';
import { GitText } from '../components/GitText';
import { stepOf } from '../components/useRows';
import { useStore } from '../components/useStore';
import { FirstWarning } from '../diff/warnings';
import { changeInWords, letterOf, linesInWords } from './items';
import type { ComparisonModel } from './model';
import { useWindow } from './useWindow';

/** Pixels of a line, as the style sheet has it. */
const HEIGHT = 28;

/** The most characters that a column asks room for, and the files that it goes by. */
const MOST = 120;
const LOOKED_AT = 1000;

interface IListProps {
  readonly trans: TranslationBundle;
  readonly model: Pick<
    ComparisonModel,
    'changed' | 'files' | 'known' | 'view' | 'setView' | 'see'
  >;
  readonly onOpen: (path: string) => void;
}

/** Shows the list. */
export function ComparedFiles(props: IListProps): React.JSX.Element {
  const { trans, model, onOpen } = props;
  const files = useStore(model.changed, () => model.files);
  const known = useStore(model.changed, () => model.known);
  const { active } = useStore(model.changed, () => model.view);
  const id = React.useId();
  const { host, first, last, seen, onScroll, reveal } = useWindow(
    files.length,
    HEIGHT
  );
  const [from, to] = seen;
  const shown = files.slice(first, last);
  const columns = React.useMemo(
    () => columnsOf(trans, files, known),
    [trans, files, known]
  );
  const current = Math.max(
    0,
    files.findIndex(({ path }) => path === active)
  );
  React.useEffect(() => {
    model.see([
      ...files.slice(from, to),
      ...files.slice(to, last),
      ...files.slice(first, from)
    ]);
  }, [model, files, first, from, to, last]);
  React.useEffect(() => {
    // Only another file, or another list: scrolling away from it is no reason to go back there.
    reveal(current);
  }, [current, files]);
  const file = files[current];
  return (
    <div
      ref={host}
      className="jp-mlgit-Compared"
      role="listbox"
      aria-label={trans.__('Files that differ')}
      aria-activedescendant={
        file === undefined ? undefined : `${id}-${current}`
      }
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={event => {
        const step = stepOf(event.key);
        if (step !== null) {
          event.preventDefault();
          const next = Math.max(0, Math.min(current + step, files.length - 1));
          model.setView({ active: files[next]?.path ?? null });
        } else if (event.key === 'Enter' && file !== undefined) {
          event.preventDefault();
          onOpen(file.path);
        }
      }}
    >
      <div
        className="jp-mlgit-Compared-all"
        role="presentation"
        style={{ ...columns, height: files.length * HEIGHT }}
      >
        {shown.map((one, place) => (
          <Line
            key={one.path}
            id={`${id}-${first + place}`}
            trans={trans}
            file={one}
            diff={known.get(one.path)}
            active={first + place === current}
            top={(first + place) * HEIGHT}
            onClick={() => {
              model.setView({ active: one.path });
              onOpen(one.path);
            }}
          />
        ))}
      </div>
    </div>
  );
}

/** Says how much room the columns want, in characters; most are narrower than a digit. */
function columnsOf(
  trans: TranslationBundle,
  files: readonly ChangedFile[],
  known: ReadonlyMap<string, FileDiff | null>
): React.CSSProperties {
  const widest = (lengths: readonly number[]): string =>
    `${Math.min(MOST, Math.max(0, ...lengths) + 1)}ch`;
  const told = files.slice(0, LOOKED_AT);
  return {
    '--mlgit-names': widest(
      told.map(({ path, oldPath }) => path.length + (oldPath?.length ?? -3) + 3)
    ),
    '--mlgit-words': widest(
      told.map(one => changeInWords(trans, one, known.get(one.path)).length)
    ),
    '--mlgit-warnings': told.some(one => isWarned(known.get(one.path)))
      ? '35%'
      : '0px'
  } as React.CSSProperties;
}

function isWarned(diff: FileDiff | null | undefined): diff is FileDiff {
  return (diff?.warnings.length ?? 0) > 0;
}

function Line(props: {
  readonly id: string;
  readonly trans: TranslationBundle;
  readonly file: ChangedFile;
  /** Undefined as long as it is not known. */
  readonly diff: FileDiff | null | undefined;
  readonly active: boolean;
  readonly top: number;
  readonly onClick: () => void;
}): React.JSX.Element {
  const { trans, file, diff, active } = props;
  const letter = letterOf(file);
  const words = changeInWords(trans, file, diff);
  return (
    <div
      id={props.id}
      className={`jp-mlgit-ComparedFile ${active ? 'jp-mod-active' : ''}`}
      role="option"
      aria-selected={active}
      style={{ top: props.top }}
      onClick={props.onClick}
    >
      <span className={`jp-mlgit-Change-letter jp-mod-${letter}`}>
        {letter}
      </span>
      <span className="jp-mlgit-ComparedFile-path">
        {file.oldPath !== null && (
          <>
            <GitText
              className="jp-mlgit-ComparedFile-old"
              text={file.oldPath}
            />
            <span className="jp-mlgit-ComparedFile-arrow">{' → '}</span>
          </>
        )}
        <Path path={file.path} />
      </span>
      <span className="jp-mlgit-ComparedFile-words" title={words}>
        {words}
      </span>
      {isWarned(diff) ? (
        <FirstWarning trans={trans} warnings={diff.warnings} />
      ) : (
        <span />
      )}
      <span className="jp-mlgit-ComparedFile-lines">{linesInWords(diff)}</span>
    </div>
  );
}

function Path(props: { readonly path: string }): React.JSX.Element {
  const slash = props.path.lastIndexOf('/') + 1;
  return (
    <>
      {slash > 0 && (
        <GitText
          className="jp-mlgit-ComparedFile-folder"
          text={props.path.slice(0, slash)}
        />
      )}
      <GitText
        className="jp-mlgit-ComparedFile-name"
        text={props.path.slice(slash)}
      />
    </>
  );
}
