/** Shows who holds how much of the GPUs' memory, what torch makes of it, and the ways to get it back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Button } from '../../components/Button';
import { Copyable } from '../../components/Copyable';
import { GitText } from '../../components/GitText';
import { warningIcon } from '../../components/icons';
import { Meter } from '../../components/Meter';
import { Sparkline } from '../../components/Sparkline';
import type { RunningKernel } from '../../api/schema';
import { useCardFocus } from '../../components/useCardFocus';
import { useOneAtATime } from '../../components/useOneAtATime';
import { visibleText } from '../../components/visibleText';
import { torchDetails } from '../../environment/details';
import type { IHolder } from '../../environment/holders';
import { memoryWords } from '../../environment/words';
import {
  exhaustedWords,
  givingBack,
  holderName,
  risingWords,
  sharesOf,
  sharesWords,
  standingWords,
  wastedWords
} from './holderWords';
import { Details } from './details';
import { Figure } from './figure';
import { FindingNotice } from './finding';
import type { IKernelActs } from './kernelActs';
import { Mend } from './mend';

/** Shows the holder. */
export function HolderCard(props: {
  readonly trans: TranslationBundle;
  readonly holder: IHolder;
  /** All the memory of the GPUs that it may be on; null where that is not known. */
  readonly most: number | null;
  readonly acts: IKernelActs;
}): React.JSX.Element {
  const { trans, holder, most, acts } = props;
  const { memory, running, path, document } = holder;
  const name = holderName(trans, holder);
  const shares = sharesOf(holder);
  const focus = useCardFocus();
  return (
    <li
      ref={focus.card}
      tabIndex={-1}
      className="jp-mlgit-Holder"
      aria-label={visibleText(name)}
    >
      <div className="jp-mlgit-Holder-head">
        {document === null ? (
          <GitText text={name} className="jp-mlgit-Holder-name" />
        ) : (
          <Button
            kind="link"
            className="jp-mlgit-Holder-name"
            label={trans.__('Open %1', visibleText(document))}
            onClick={() => {
              acts.open(document);
            }}
          >
            <GitText text={name} />
          </Button>
        )}
        {holder.holds && (
          <span className="jp-mlgit-Holder-memory">
            <Figure
              figure={
                memory === null
                  ? {
                      words: trans.__('n/a'),
                      reason: trans.__('The driver does not tell.')
                    }
                  : { words: memoryWords(memory), reason: null }
              }
            />
          </span>
        )}
      </div>
      {memory !== null && most !== null && (
        <Meter
          parts={shares}
          most={most}
          label={trans.__('Memory that %1 holds', visibleText(name))}
          words={sharesWords(trans, shares)}
        />
      )}
      {shares.some(({ kind }) => kind !== 'plain') && (
        <p className="jp-mlgit-Holder-what">{sharesWords(trans, shares)}</p>
      )}
      <What trans={trans} holder={holder} />
      {running !== null && holder.holds && <Unasked running={running} />}
      {running !== null && (
        <Account trans={trans} name={visibleText(name)} running={running} />
      )}
      {running !== null && (
        <Acts
          trans={trans}
          name={visibleText(name)}
          kernel={running.id}
          path={path}
          acts={acts}
        />
      )}
    </li>
  );
}

/** Says why torch's figures are missing or old; who has not imported torch has none. */
function Unasked(props: {
  readonly running: RunningKernel;
}): React.JSX.Element | null {
  const { unasked } = props.running;
  return unasked === null || unasked.code === 'no-torch' ? null : (
    <p className="jp-mlgit-Holder-what">
      <GitText text={unasked.reason} />
    </p>
  );
}

/** Shows what torch itself says in a running kernel. */
function Account(props: {
  readonly trans: TranslationBundle;
  readonly name: string;
  readonly running: RunningKernel;
}): React.JSX.Element {
  const { trans, name, running } = props;
  const rising = risingWords(trans, running);
  const wasted = wastedWords(trans, running);
  const ends = running.cellEnds.map(({ allocated }) => allocated);
  const warnings = [exhaustedWords(trans, running), rising].filter(
    words => words !== null
  );
  return (
    <>
      {ends.length > 1 && ends.some(allocated => allocated > 0) && (
        <div className="jp-mlgit-Course jp-mod-wide">
          <Sparkline
            values={ends}
            tone={rising === null ? 'plain' : 'warn'}
            label={trans.__(
              'Allocated memory at the end of the last %1 cells; now %2',
              ends.length,
              memoryWords(ends.at(-1) ?? 0)
            )}
          />
          <span className="jp-mlgit-Course-name" aria-hidden="true">
            {trans.__('Allocated at cell end')}
          </span>
        </div>
      )}
      {wasted !== null && (
        <>
          <Warning words={wasted} />
          <Mend trans={trans} what={givingBack(trans, running)} />
        </>
      )}
      {warnings.map(words => (
        <Warning key={words} words={words} />
      ))}
      {running.findings.map(finding => (
        <FindingNotice key={finding.rule} trans={trans} finding={finding} />
      ))}
      <Details
        trans={trans}
        of={name}
        details={torchDetails(trans, running.torch?.devices ?? [])}
      />
    </>
  );
}

function Warning(props: { readonly words: string }): React.JSX.Element {
  return (
    <p className="jp-mlgit-Remark jp-mod-warns">
      <warningIcon.react tag="span" className="jp-mlgit-Icon" />
      <span>{props.words}</span>
    </p>
  );
}

/** Says what it is that holds the memory, where the name alone does not. */
function What(props: {
  readonly trans: TranslationBundle;
  readonly holder: IHolder;
}): React.JSX.Element | null {
  const { trans, holder } = props;
  const [first] = holder.processes;
  const beside = holder.processes.filter(
    ({ pid, kernelPid }) => kernelPid !== null && pid !== kernelPid
  );
  switch (holder.kind) {
    case 'kernel':
      return (
        <>
          {!holder.holds && holder.running !== null && (
            <p className="jp-mlgit-Holder-what">
              <GitText text={standingWords(trans, holder.running)} />
            </p>
          )}
          {beside.length > 0 && (
            <p className="jp-mlgit-Holder-what">
              {trans._n(
                '%1 process that its kernel has started is counted in.',
                '%1 processes that its kernel has started are counted in.',
                beside.length
              )}
            </p>
          )}
          {holder.elsewhere && (
            <p className="jp-mlgit-Holder-what">
              {trans.__('Its kernel runs in another Jupyter server.')}
            </p>
          )}
        </>
      );
    case 'left-behind':
      return (
        <>
          <p className="jp-mlgit-Holder-what">
            {trans._n(
              'Its kernel has ended; this process is left. To end it:',
              'Its kernel has ended; these processes are left. To end them:',
              holder.processes.length
            )}
          </p>
          <Copyable
            trans={trans}
            text={`kill ${holder.processes.map(({ pid }) => pid ?? '').join(' ')}`}
          />
        </>
      );
    case 'process':
      return first?.command === null || first === undefined ? null : (
        <p className="jp-mlgit-Holder-what">
          <GitText text={first.command} />
        </p>
      );
    case 'another-user':
      return null;
    case 'unknown':
      return (
        <p className="jp-mlgit-Holder-what">
          {trans.__(
            'The driver names processes that cannot be seen from here.'
          )}
        </p>
      );
  }
}

function Acts(props: {
  readonly trans: TranslationBundle;
  readonly name: string;
  readonly kernel: string;
  readonly path: string | null;
  readonly acts: IKernelActs;
}): React.JSX.Element {
  const { trans, name, kernel, path, acts } = props;
  const [busy, run] = useOneAtATime();
  const bar = React.useRef<HTMLDivElement>(null);
  React.useLayoutEffect(() => {
    const own = bar.current;
    return () => {
      // The kernel is gone and the driver still names its process: the card stays a while without its buttons.
      if (own?.contains(document.activeElement) === true) {
        own.closest<HTMLElement>('.jp-mlgit-Holder')?.focus();
      }
    };
  }, []);
  const rows = [
    {
      words: trans.__('Shut down kernel'),
      label: trans.__('Shut down the kernel of %1', name),
      act: acts.shutDown
    },
    {
      words: trans.__('Restart'),
      label: trans.__('Restart the kernel of %1', name),
      act: acts.restart
    },
    {
      words: trans.__('Interrupt'),
      label: trans.__('Interrupt the kernel of %1', name),
      act: acts.interrupt
    }
  ];
  return (
    <div ref={bar} className="jp-mlgit-Actions">
      {rows.map(({ words, label, act }) => (
        <Button
          key={words}
          label={label}
          // One that is switched off would lose the focus, and the dialog that asks would not give it back.
          unavailable={busy}
          onClick={() => {
            void run(() => act({ kernel, path }));
          }}
        >
          {words}
        </Button>
      ))}
    </div>
  );
}
