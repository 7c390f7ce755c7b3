/** Who holds the GPUs' memory: a card for each notebook, and what else there is. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Gpus, RunningKernel } from '../../api/schema';
import { GitText } from '../../components/GitText';
import { holdersOf } from '../../environment/holders';
import { wholeMemory } from '../../environment/words';
import { HolderCard } from './holder';
import type { IKernelActs } from './kernelActs';

/** Shows the holders. Where NVIDIA's driver knows no GPU, torch in a kernel may use another maker's. */
export function Holders(props: {
  readonly trans: TranslationBundle;
  readonly gpus: Gpus;
  /** Null where it is not known yet. */
  readonly running: readonly RunningKernel[] | null;
  readonly acts: IKernelActs;
}): React.JSX.Element | null {
  const { trans, gpus, running, acts } = props;
  const holders = holdersOf(gpus.processes, running);
  const notes = gpus.notes.filter(({ figure }) => figure === 'processes');
  if (gpus.reason !== null && holders.length === 0) {
    return null;
  }
  return (
    <>
      <h3 className="jp-mlgit-Part">{trans.__('Who holds the memory')}</h3>
      {holders.length === 0 && notes.length === 0 && (
        <p className="jp-mlgit-Hint">
          {trans.__('No process is seen on a GPU.')}
        </p>
      )}
      <ul
        className="jp-mlgit-Holders"
        aria-label={trans.__('Who holds the memory')}
      >
        {holders.map(holder => (
          <HolderCard
            key={holder.key}
            trans={trans}
            holder={holder}
            most={wholeMemory(gpus.gpus, holder.processes)}
            acts={acts}
          />
        ))}
      </ul>
      {notes.map(({ reason }) => (
        <p key={reason} className="jp-mlgit-Hint">
          <GitText text={reason} />
        </p>
      ))}
    </>
  );
}
