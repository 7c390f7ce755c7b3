/** Says in one quiet line how many of Jupyter's checkpoints are left out of a list, and shows them. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Button } from '../components/Button';
import { Copyable } from '../components/Copyable';

/** The line of a `.gitignore` that lets git ignore them. */
const IGNORING = '.ipynb_checkpoints/';

/** Shows the line; nothing where there are none. */
export function CheckpointsLine(props: {
  readonly trans: TranslationBundle;
  /** How many there are; a folder that stands for many files counts once. */
  readonly count: number;
  /** Whether they are in the list. */
  readonly shown: boolean;
  readonly onShow: (shown: boolean) => void;
}): React.JSX.Element | null {
  const { trans, count, shown } = props;
  if (count === 0) {
    return null;
  }
  return (
    <div className="jp-mlgit-Checkpoints">
      <span>
        {shown
          ? trans._n(
              '%1 of them is a checkpoint of Jupyter.',
              '%1 of them are checkpoints of Jupyter.',
              count
            )
          : trans._n(
              '%1 checkpoint of Jupyter is left out.',
              '%1 checkpoints of Jupyter are left out.',
              count
            )}
      </span>{' '}
      <Button
        kind="link"
        label={
          shown
            ? trans.__('Leave out the checkpoints')
            : trans.__('Show the checkpoints')
        }
        onClick={() => {
          props.onShow(!shown);
        }}
      >
        {shown ? trans.__('Leave out') : trans.__('Show')}
      </Button>
      {shown && (
        <div>
          {trans.__('A line in .gitignore keeps them out for everybody:')}{' '}
          <Copyable trans={trans} text={IGNORING} />
        </div>
      )}
    </div>
  );
}
