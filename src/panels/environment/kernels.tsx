/** The kernels that are installed, each with what its torch makes of the GPU. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Gpus } from '../../api/schema';
import { Button } from '../../components/Button';
import type { KernelChecks } from '../../environment/checks';
import { KernelCard } from './kernel';
import type { IKernelEntry } from './kernelEntries';

/** Shows the kernels. */
export function Kernels(props: {
  readonly trans: TranslationBundle;
  readonly entries: readonly IKernelEntry[];
  readonly checks: KernelChecks;
  readonly gpus: Gpus | null;
}): React.JSX.Element {
  const { trans, entries, checks, gpus } = props;
  const names = entries.map(({ name }) => name);
  const busy = names.some(name => checks.of(name).busy !== null);
  return (
    <>
      <div className="jp-mlgit-Part">
        <h3>{trans.__('What torch sees')}</h3>
        {entries.length > 1 && (
          <Button
            kind="link"
            unavailable={busy}
            onClick={() => {
              if (!busy) {
                void checks.check(names, true);
              }
            }}
          >
            {trans.__('Check all kernels')}
          </Button>
        )}
      </div>
      {entries.length === 0 && (
        <p className="jp-mlgit-Hint">
          {trans.__('There is no Python kernel.')}
        </p>
      )}
      <ul className="jp-mlgit-Kernels" aria-label={trans.__('Kernels')}>
        {entries.map(entry => (
          <KernelCard
            key={entry.name}
            trans={trans}
            entry={entry}
            check={checks.of(entry.name)}
            gpus={gpus}
            onCheck={name => {
              void checks.check([name], true);
            }}
            onTest={name => {
              void checks.test(name);
            }}
          />
        ))}
      </ul>
    </>
  );
}
