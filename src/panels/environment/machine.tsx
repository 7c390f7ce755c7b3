/** The machine: each GPU and slice, or in one sentence why there is none. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Gpus } from '../../api/schema';
import { GitText } from '../../components/GitText';
import { visibleText } from '../../components/visibleText';
import { keyOf, type Courses } from '../../environment/courses';
import { GpuCard } from './gpu';
import { Mend } from './mend';

/** Shows the machine. */
export function Machine(props: {
  readonly trans: TranslationBundle;
  readonly gpus: Gpus;
  readonly courses: Courses;
}): React.JSX.Element {
  const { trans, gpus, courses } = props;
  const { reason } = gpus;
  if (reason !== null) {
    return (
      <div className="jp-mlgit-NoGpu">
        <p>
          <GitText text={reason.message} />
        </p>
        <Mend trans={trans} what={reason} />
      </div>
    );
  }
  return (
    <>
      <p className="jp-mlgit-Driver">{driverWords(trans, gpus)}</p>
      <ul className="jp-mlgit-Gpus" aria-label={trans.__('GPUs')}>
        {gpus.gpus.map(gpu => (
          <GpuCard
            key={keyOf(gpu)}
            trans={trans}
            gpu={gpu}
            course={courses.of(gpu)}
          />
        ))}
      </ul>
      {gpus.notes
        .filter(({ figure }) => figure !== 'processes')
        .map(({ figure, reason: why }) => (
          <p key={`${figure} ${why}`} className="jp-mlgit-Hint">
            <GitText text={why} />
          </p>
        ))}
    </>
  );
}

function driverWords(trans: TranslationBundle, gpus: Gpus): string {
  const driver = visibleText(gpus.driver ?? trans.__('n/a'));
  return gpus.cudaDriver === null
    ? trans.__('Driver %1', driver)
    : trans.__(
        'Driver %1, CUDA up to %2',
        driver,
        visibleText(gpus.cudaDriver)
      );
}
