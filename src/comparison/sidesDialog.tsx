/** Asks which two branches or commits to compare. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Branches } from '../api/schema';
import { choose, type IOffer } from '../components/choiceDialog';

/** What was chosen, as it was typed. */
export interface ISides {
  readonly old: string;
  readonly new: string;
}

/** Asks; null where the person would rather not. */
export function chooseSides(
  trans: TranslationBundle,
  branches: Branches,
  initial: ISides
): Promise<ISides | null> {
  return choose<ISides>({
    title: trans.__('Compare'),
    className: 'jp-mlgit-SidesDialog',
    focus: 'input',
    cancel: trans.__('Cancel'),
    accept: trans.__('Compare'),
    body: offer => (
      <SidesQuestion
        trans={trans}
        branches={branches}
        initial={initial}
        onOffer={offer}
      />
    )
  });
}

/** Shows two fields, which offer the branches. */
export function SidesQuestion(props: {
  readonly trans: TranslationBundle;
  readonly branches: Branches;
  readonly initial: ISides;
  readonly onOffer: (offer: IOffer<ISides>) => void;
}): React.JSX.Element {
  const { trans, branches, initial, onOffer } = props;
  const [old, setOld] = React.useState(initial.old);
  const [other, setOther] = React.useState(initial.new);
  const names = React.useId();
  React.useEffect(() => {
    const [one, two] = [old.trim(), other.trim()];
    onOffer({
      words: trans.__('Compare'),
      value: one === '' || two === '' ? null : { old: one, new: two }
    });
  }, [trans, onOffer, old, other]);
  const field = (
    label: string,
    value: string,
    onChange: (value: string) => void
  ): React.JSX.Element => (
    <label className="jp-mlgit-SidesDialog-field">
      <span>{label}</span>
      <input
        className="jp-mlgit-Input"
        list={names}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onFocus={event => {
          event.target.select();
        }}
        onChange={event => {
          onChange(event.target.value);
        }}
      />
    </label>
  );
  return (
    <div className="jp-mlgit-Question">
      {field(trans.__('From'), old, setOld)}
      {field(trans.__('To'), other, setOther)}
      <datalist id={names}>
        {[
          'HEAD',
          ...[...branches.branches, ...branches.remotes].map(({ name }) => name)
        ].map(name => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <p className="jp-mlgit-soft">
        {trans.__(
          'Branches, tags and commits, such as main, v1.0, HEAD~2 or 1a2b3c4.'
        )}
      </p>
    </div>
  );
}
