/** Chooses whose timeline is shown. The branches are asked for when somebody reaches for the list. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { ProblemError } from '../../api/problem';
import { useStore } from '../../components/useStore';
import { visibleText } from '../../components/visibleText';
import type { IRepository } from '../../tokens';
import type { TimelineModel } from './timelineModel';

/** Shows the choice. */
export function RefChoice(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly model: TimelineModel;
}): React.JSX.Element {
  const { trans, repository, model } = props;
  const ref = useStore(model.refChanged, () => model.ref);
  const [names, setNames] = React.useState<readonly string[]>([]);
  const ask = (): void => {
    repository.client.branches(repository.state.at, false).then(
      ({ branches }) => {
        setNames(branches.map(branch => branch.name));
      },
      (error: unknown) => {
        // HEAD stays to choose; the section itself tells what is wrong with the repository.
        if (!(error instanceof ProblemError)) {
          throw error;
        }
      }
    );
  };
  const shown = names.includes(ref) || ref === 'HEAD' ? names : [ref, ...names];
  return (
    <label className="jp-mlgit-Choice">
      <span>{trans.__('Timeline of')}</span>
      <select
        className="jp-mlgit-Select"
        value={ref}
        onFocus={ask}
        onPointerEnter={names.length === 0 ? ask : undefined}
        onChange={event => {
          model.setRef(event.target.value);
        }}
      >
        <option value="HEAD">{trans.__('HEAD: all that was done')}</option>
        {shown.map(name => (
          <option key={name} value={name}>
            {visibleText(name)}
          </option>
        ))}
      </select>
    </label>
  );
}
