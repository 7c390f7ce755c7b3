/** Shows in columns what an act does to HEAD or the refs, the index and the working files. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { effectWords, type IAffected } from './effectWords';
import { GitText } from './GitText';
import { warningIcon } from './icons';
import { visibleText } from './visibleText';

/** How many rows of a column are rendered. */
const MOST = 200;

/** The columns side by side, or below each other where that is too narrow. */
export function Layers(props: {
  readonly children: React.ReactNode;
}): React.JSX.Element {
  return <div className="jp-mlgit-Layers">{props.children}</div>;
}

/** One column. */
export function Layer(props: {
  readonly title: string;
  readonly children: React.ReactNode;
}): React.JSX.Element {
  return (
    <section className="jp-mlgit-Layer" aria-label={props.title}>
      <h3>{props.title}</h3>
      {props.children}
    </section>
  );
}

/** Lists index entries that change. */
export function IndexEntries(props: {
  readonly trans: TranslationBundle;
  readonly paths: readonly string[];
}): React.JSX.Element {
  const { trans, paths } = props;
  return (
    <>
      <ul className="jp-mlgit-List" aria-label={trans.__('Index entries')}>
        {paths.slice(0, MOST).map(path => (
          <li key={path}>
            <GitText text={path} />
          </li>
        ))}
      </ul>
      <Hidden trans={trans} count={paths.length - MOST} />
    </>
  );
}

/** Lists the working files that change. What git does not have stands first: nobody should have to look for it. */
export function WorkingFiles(props: {
  readonly trans: TranslationBundle;
  readonly files: readonly IAffected[];
}): React.JSX.Element {
  const { trans, files } = props;
  if (files.length === 0) {
    return <p>{trans.__('Nothing changes.')}</p>;
  }
  const isEndangered = ({ effect }: IAffected): boolean =>
    effect === 'endangered';
  const sorted = [
    ...files.filter(isEndangered),
    ...files.filter(file => !isEndangered(file))
  ];
  return (
    <>
      <p>{trans._n('%1 file:', '%1 files:', files.length)}</p>
      <ul className="jp-mlgit-List" aria-label={trans.__('Files')}>
        {sorted.slice(0, MOST).map(file => (
          <AffectedRow
            key={file.path}
            file={file}
            words={effectWords(trans, file)}
          />
        ))}
      </ul>
      <Hidden trans={trans} count={sorted.length - MOST} />
    </>
  );
}

/** One file, with what becomes of it; what git does not have is marked. */
export function AffectedRow(props: {
  readonly file: Pick<IAffected, 'path' | 'effect'>;
  readonly words: string;
}): React.JSX.Element {
  const { file, words } = props;
  const endangered = file.effect === 'endangered';
  return (
    <li
      className={
        endangered ? 'jp-mlgit-Affected jp-mod-endangered' : 'jp-mlgit-Affected'
      }
      data-path={visibleText(file.path)}
    >
      {endangered && <warningIcon.react tag="span" className="jp-mlgit-Icon" />}
      <span className="jp-mlgit-Affected-words">
        <GitText text={file.path} />{' '}
        <span className="jp-mlgit-Affected-effect">{words}</span>
      </span>
    </li>
  );
}

/** Says how many rows are not shown. */
export function Hidden(props: {
  readonly trans: TranslationBundle;
  readonly count: number;
}): React.JSX.Element | null {
  const { trans, count } = props;
  return count > 0 ? (
    <p>{trans._n('and %1 more', 'and %1 more', count)}</p>
  ) : null;
}
