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
  const notes = gpus.notes.filter(({ figure }) => figure !== 'processes');
  return (
    <>
      {reason === null ? (
        <Cards trans={trans} gpus={gpus} courses={courses} />
      ) : (
        <div className="jp-mlgit-NoGpu">
          <p>
            <GitText text={reason.message} />
          </p>
          <Mend trans={trans} what={reason} />
        </div>
      )}
      {notes.map(({ figure, reason: why }) => (
        <p key={`${figure} ${why}`} className="jp-mlgit-Hint">
          <GitText text={why} />
        </p>
      ))}
    </>
  );
}

function Cards(props: Parameters<typeof Machine>[0]): React.JSX.Element {
  const { trans, gpus, courses } = props;
  return (
    <>
      {driverWords(trans, gpus).map(words => (
        <p key={words} className="jp-mlgit-Driver">
          {words}
        </p>
      ))}
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
    </>
  );
}

/** Names the drivers of the GPUs that there are. */
function driverWords(trans: TranslationBundle, gpus: Gpus): readonly string[] {
  const driver = visibleText(gpus.driver ?? trans.__('n/a'));
  const nvidia =
    gpus.cudaDriver === null
      ? trans.__('Driver %1', driver)
      : trans.__(
          'Driver %1, CUDA up to %2',
          driver,
          visibleText(gpus.cudaDriver)
        );
  const makers = new Set(gpus.gpus.map(({ maker }) => maker));
  return [
    ...(makers.has('nvidia') ? [nvidia] : []),
    ...(makers.has('amd')
      ? [
          trans.__(
            "AMD's driver %1",
            visibleText(gpus.amdDriver ?? trans.__('n/a'))
          )
        ]
      : [])
  ];
}
