/** Who holds the GPUs' memory: a card for each notebook, and what else there is. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Gpus, RunningKernel } from '../../api/schema';
import { Button } from '../../components/Button';
import { GitText } from '../../components/GitText';
import { holdersOf } from '../../environment/holders';
import { wholeMemory } from '../../environment/words';
import { HolderCard } from './holder';
import type { IKernelActs } from './kernelActs';

/**
 * Shows the holders, and below them, folded, the kernels that hold nothing. Where there is no GPU these are all that there
 * is to see: unfolded, they say what their torch is.
 */
export function Holders(props: {
  readonly trans: TranslationBundle;
  readonly gpus: Gpus;
  /** Null where it is not known yet. */
  readonly running: readonly RunningKernel[] | null;
  readonly acts: IKernelActs;
}): React.JSX.Element | null {
  const { trans, gpus, running, acts } = props;
  const all = holdersOf(gpus.processes, running);
  const holders = all.filter(({ holds }) => holds);
  const others = all.filter(({ holds }) => !holds);
  const notes = gpus.notes.filter(({ figure }) => figure === 'processes');
  const [unfolded, setUnfolded] = React.useState(false);
  const without = gpus.reason !== null && holders.length === 0;
  if (without && others.length === 0) {
    return null;
  }
  const title = without
    ? trans.__('Running kernels')
    : trans.__('Who holds the memory');
  const shown = without || unfolded ? others : [];
  return (
    <>
      <h3 className="jp-mlgit-Part">{title}</h3>
      {!without && holders.length === 0 && notes.length === 0 && (
        <p className="jp-mlgit-Hint">
          {trans.__('No process is seen on a GPU.')}
        </p>
      )}
      <ul className="jp-mlgit-Holders" aria-label={title}>
        {[...holders, ...shown].map(holder => (
          <HolderCard
            key={holder.key}
            trans={trans}
            holder={holder}
            most={wholeMemory(gpus.gpus, holder.processes)}
            acts={acts}
          />
        ))}
      </ul>
      {!without && others.length > 0 && (
        <div className="jp-mlgit-Holders-others">
          <Button
            kind="link"
            expanded={unfolded}
            onClick={() => {
              setUnfolded(!unfolded);
            }}
          >
            {trans._n(
              '%1 running kernel holds nothing',
              '%1 running kernels hold nothing',
              others.length
            )}
          </Button>
        </div>
      )}
      {notes.map(({ reason }) => (
        <p key={reason} className="jp-mlgit-Hint">
          <GitText text={reason} />
        </p>
      ))}
    </>
  );
}
