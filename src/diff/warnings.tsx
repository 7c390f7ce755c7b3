/** Shows what in a change deserves a second look. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { ReviewWarning } from '../api/schema';
import { GitText } from '../components/GitText';
import { warningIcon } from '../components/icons';

const ORDER = ['high', 'medium', 'low'] as const;

/** Puts them into an order: what matters most comes first, else they are read from top to bottom. */
export function byWeight(
  warnings: readonly ReviewWarning[]
): readonly ReviewWarning[] {
  return [...warnings].sort(
    (a, b) =>
      ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) ||
      (a.cell ?? -1) - (b.cell ?? -1) ||
      (a.line ?? 0) - (b.line ?? 0)
  );
}

/** Says where it is, counted from 1 as a person does. */
export function whereInWords(
  trans: TranslationBundle,
  { cell, line }: ReviewWarning
): string {
  if (cell !== null) {
    return line === null
      ? trans.__('cell %1', cell + 1)
      : trans.__('cell %1, line %2', cell + 1, line);
  }
  return line === null ? '' : trans.__('line %1', line);
}

/** Shows the foremost in a line of a list, and how many more there are. */
export function FirstWarning(props: {
  readonly trans: TranslationBundle;
  readonly warnings: readonly ReviewWarning[];
}): React.JSX.Element | null {
  const { trans } = props;
  const [first, ...others] = byWeight(props.warnings);
  if (first === undefined) {
    return null;
  }
  // A cell is found by its number; where there is none, the line would say too little to be worth its room.
  const place =
    first.cell === null ? '' : ` · ${trans.__('cell %1', first.cell + 1)}`;
  return (
    <span className={`jp-mlgit-FirstWarning jp-mod-${first.severity}`}>
      <Sign trans={trans} severity={first.severity} />
      <GitText
        className="jp-mlgit-FirstWarning-words"
        text={`${first.message}${place}`}
      />
      {others.length > 0 && (
        <span className="jp-mlgit-FirstWarning-more">
          {trans._n('+%1 more', '+%1 more', others.length)}
        </span>
      )}
    </span>
  );
}

/** Shows all of them, each with how to silence it. */
export function Warnings(props: {
  readonly trans: TranslationBundle;
  readonly warnings: readonly ReviewWarning[];
  /** Whether the cell is known from where they are shown. */
  readonly inCell?: boolean;
}): React.JSX.Element | null {
  const { trans, inCell = false } = props;
  const warnings = byWeight(props.warnings);
  if (warnings.length === 0) {
    return null;
  }
  return (
    <ul className="jp-mlgit-Warnings" aria-label={trans.__('Warnings')}>
      {warnings.map((one, index) => (
        <li
          key={index}
          className={`jp-mlgit-Warning jp-mod-${one.severity}`}
          title={trans.__('To silence it: %1', one.silence)}
        >
          <Sign trans={trans} severity={one.severity} />
          <GitText className="jp-mlgit-Warning-words" text={one.message} />
          <span className="jp-mlgit-Warning-place">
            {whereInWords(trans, inCell ? { ...one, cell: null } : one)}
          </span>
          <code className="jp-mlgit-Warning-rule">{one.rule}</code>
        </li>
      ))}
    </ul>
  );
}

function Sign(props: {
  readonly trans: TranslationBundle;
  readonly severity: ReviewWarning['severity'];
}): React.JSX.Element {
  const { trans, severity } = props;
  const words = {
    high: trans.__('Warning, high:'),
    medium: trans.__('Warning:'),
    low: trans.__('Warning, low:')
  }[severity];
  return (
    <span className="jp-mlgit-Warning-sign" role="img" aria-label={words}>
      <warningIcon.react tag="span" />
    </span>
  );
}
