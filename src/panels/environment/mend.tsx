/** Says what to do about something, and gives what is to be typed for that to copy. A sentence is not to be typed. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Finding } from '../../api/schema';
import { Copyable } from '../../components/Copyable';
import { GitText } from '../../components/GitText';

/** Shows both, as far as there are any. */
export function Mend(props: {
  readonly trans: TranslationBundle;
  readonly what: Pick<Finding, 'fix' | 'command'>;
}): React.JSX.Element {
  const { trans, what } = props;
  return (
    <>
      {what.fix !== null && (
        <p className="jp-mlgit-Mend">
          <GitText text={what.fix} />
        </p>
      )}
      {what.command !== null && <Copyable trans={trans} text={what.command} />}
    </>
  );
}
