/** Shows one kernel: which torch it has, whether that sees a GPU, and if not, why and what mends it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { checkIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { Gpus } from '../../api/schema';
import { Button } from '../../components/Button';
import { GitText } from '../../components/GitText';
import { Notice } from '../../components/Notice';
import { warningIcon } from '../../components/icons';
import { visibleText } from '../../components/visibleText';
import type { ICheck } from '../../environment/checks';
import { kernelDetails } from '../../environment/details';
import { causeOf, testWords, torchLine } from '../../environment/verdict';
import { Details } from './details';
import { FindingNotice } from './finding';
import type { IKernelEntry } from './kernelEntries';

/** Shows the kernel. */
export function KernelCard(props: {
  readonly trans: TranslationBundle;
  readonly entry: IKernelEntry;
  readonly check: ICheck;
  readonly gpus: Gpus | null;
  readonly onCheck: (name: string) => void;
  readonly onTest: (name: string) => void;
}): React.JSX.Element {
  const { trans, entry, check, gpus } = props;
  const { view, test, trouble } = check;
  const line = view === null ? null : torchLine(trans, view, gpus);
  const title = visibleText(entry.displayName);
  return (
    <li className="jp-mlgit-Kernel" aria-label={title}>
      <div className="jp-mlgit-Kernel-head">
        <h4 className="jp-mlgit-Kernel-name">
          <GitText text={entry.displayName} />
        </h4>
        {entry.current && (
          <span className="jp-mlgit-Tag jp-mod-gone">
            {trans.__('this notebook')}
          </span>
        )}
        <Acts {...props} title={title} />
      </div>
      {line !== null && <p className="jp-mlgit-Kernel-torch">{line}</p>}
      {view !== null && view.unprobed !== null && (
        <p className="jp-mlgit-Remark jp-mod-warns">
          <warningIcon.react tag="span" className="jp-mlgit-Icon" />
          <GitText text={trans.__('Not probed: %1', view.unprobed.reason)} />
        </p>
      )}
      {view?.cudaAvailable === true && causeOf(view) === null && (
        <Good words={trans.__('torch sees the GPU.')} />
      )}
      {view?.findings.map(finding => (
        <FindingNotice key={finding.rule} trans={trans} finding={finding} />
      ))}
      {view !== null && (
        <Details
          trans={trans}
          of={title}
          details={kernelDetails(trans, view)}
        />
      )}
      {test !== null &&
        (test.ok ? (
          <Good words={testWords(trans, test)} />
        ) : (
          <p className="jp-mlgit-Remark jp-mod-warns" role="alert">
            <warningIcon.react tag="span" className="jp-mlgit-Icon" />
            <GitText text={testWords(trans, test)} />
          </p>
        ))}
      {test !== null && test.finding !== null && (
        <FindingNotice trans={trans} finding={test.finding} />
      )}
      {trouble !== null && (
        <Notice tone="error" message={trouble.message} hint={trouble.hint} />
      )}
    </li>
  );
}

function Good(props: { readonly words: string }): React.JSX.Element {
  return (
    <p className="jp-mlgit-Remark jp-mod-ok" role="status">
      <checkIcon.react tag="span" className="jp-mlgit-Icon" />
      <GitText text={props.words} />
    </p>
  );
}

function Acts(
  props: Parameters<typeof KernelCard>[0] & { readonly title: string }
): React.JSX.Element {
  const { trans, entry, check, title } = props;
  const { view, busy } = check;
  return (
    <span className="jp-mlgit-Kernel-acts">
      {view?.cudaAvailable === true && (
        <Button
          kind="link"
          unavailable={busy !== null}
          label={trans.__('Test it: compute on the GPU with %1', title)}
          onClick={() => {
            if (busy === null) {
              props.onTest(entry.name);
            }
          }}
        >
          {busy === 'testing' ? trans.__('Testing…') : trans.__('Test it')}
        </Button>
      )}
      <Button
        kind="link"
        // Switched off it would lose the focus.
        unavailable={busy !== null}
        label={trans.__('Check %1', title)}
        onClick={() => {
          if (busy === null) {
            props.onCheck(entry.name);
          }
        }}
      >
        {busy === 'checking'
          ? trans.__('Checking…')
          : view === null
            ? trans.__('Check')
            : trans.__('Check again')}
      </Button>
    </span>
  );
}
