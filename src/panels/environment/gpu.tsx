/** Shows one GPU, or one slice of one: memory, figures, how both have gone, what is unusual. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Gpu } from '../../api/schema';
import { GitText } from '../../components/GitText';
import { warningIcon } from '../../components/icons';
import { Meter } from '../../components/Meter';
import { Sparkline } from '../../components/Sparkline';
import { lowerFirst } from '../../components/visibleText';
import type { ICourse } from '../../environment/courses';
import { gpuDetails } from '../../environment/details';
import {
  figureWords,
  gpuMemory,
  gpuTitle,
  isFull,
  isHot,
  remarks
} from '../../environment/words';
import { Details } from './details';
import { Figure } from './figure';

/** Shows the GPU. */
export function GpuCard(props: {
  readonly trans: TranslationBundle;
  readonly gpu: Gpu;
  readonly course: ICourse | undefined;
}): React.JSX.Element {
  const { trans, gpu, course } = props;
  const title = gpuTitle(trans, gpu);
  const said = remarks(trans, gpu);
  return (
    <li
      className={`jp-mlgit-Gpu ${gpu.slice === null ? '' : 'jp-mod-slice'}`}
      aria-label={title}
    >
      <div className="jp-mlgit-Gpu-head">
        {said.some(({ warns, usual = false }) => warns && !usual) && (
          <warningIcon.react
            tag="span"
            className="jp-mlgit-Icon jp-mlgit-Gpu-warns"
          />
        )}
        <h3 className="jp-mlgit-Gpu-title">{title}</h3>
        {gpu.name !== null && (
          <GitText text={gpu.name} className="jp-mlgit-Gpu-name" />
        )}
      </div>
      {gpu.state === 'ok' && (
        <>
          <Memory trans={trans} gpu={gpu} />
          {gpu.slice === null && <Figures trans={trans} gpu={gpu} />}
          {course !== undefined && (
            <Courses trans={trans} gpu={gpu} course={course} />
          )}
        </>
      )}
      {said.map(({ warns, words }) => (
        <p
          key={words}
          className={`jp-mlgit-Remark ${warns ? 'jp-mod-warns' : ''}`}
        >
          {warns && <warningIcon.react tag="span" className="jp-mlgit-Icon" />}
          <span>{words}</span>
        </p>
      ))}
      {gpu.state === 'ok' && (
        <Details trans={trans} of={title} details={gpuDetails(trans, gpu)} />
      )}
    </li>
  );
}

function Memory(props: {
  readonly trans: TranslationBundle;
  readonly gpu: Gpu;
}): React.JSX.Element {
  const { trans, gpu } = props;
  const { memoryUsed, memoryTotal } = gpu;
  const memory = gpuMemory(trans, gpu);
  return (
    <div className="jp-mlgit-Bar">
      {memoryUsed !== null && memoryTotal !== null && (
        <Meter
          parts={[{ kind: 'plain', value: memoryUsed }]}
          most={memoryTotal}
          label={trans.__('Memory of %1', gpuTitle(trans, gpu))}
          words={memory.words}
          tone={isFull(gpu) ? 'warn' : 'plain'}
        />
      )}
      <span className="jp-mlgit-Bar-words">
        {memoryUsed === null && `${trans.__('Memory')} `}
        <Figure figure={memory} />
      </span>
    </div>
  );
}

function Figures(props: {
  readonly trans: TranslationBundle;
  readonly gpu: Gpu;
}): React.JSX.Element {
  const { trans, gpu } = props;
  const rows = [
    ['utilization', trans.__('Use')],
    ['temperature', trans.__('Temperature')],
    ['power', trans.__('Power')],
    ['clock', trans.__('Clock')]
  ] as const;
  return (
    <dl className="jp-mlgit-Figures">
      {rows.map(([figure, name]) => (
        <div key={figure}>
          <dt>{name}</dt>
          <dd
            className={
              figure === 'temperature' && isHot(gpu) ? 'jp-mod-warns' : ''
            }
          >
            <Figure figure={figureWords(trans, gpu, figure)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Courses(props: {
  readonly trans: TranslationBundle;
  readonly gpu: Gpu;
  readonly course: ICourse;
}): React.JSX.Element | null {
  const { trans, gpu, course } = props;
  const lines = [
    {
      name: trans.__('Memory'),
      values: course.memory,
      most: gpu.memoryTotal,
      now: gpuMemory(trans, gpu).words,
      warns: isFull(gpu)
    },
    {
      name: trans.__('Use'),
      values: course.utilization,
      most: 100,
      now: figureWords(trans, gpu, 'utilization').words,
      warns: false
    }
  ].filter(({ values }) => values.filter(value => value !== null).length > 1);
  if (lines.length === 0) {
    return null;
  }
  return (
    <div className="jp-mlgit-Courses">
      {lines.map(({ name, values, most, now, warns }) => (
        <div key={name} className="jp-mlgit-Course">
          <Sparkline
            values={values}
            most={most}
            tone={warns ? 'warn' : 'plain'}
            label={trans.__(
              'How the %1 of %2 has gone; now %3',
              lowerFirst(name),
              gpuTitle(trans, gpu),
              now
            )}
          />
          <span className="jp-mlgit-Course-name" aria-hidden="true">
            {name}
          </span>
        </div>
      ))}
    </div>
  );
}
