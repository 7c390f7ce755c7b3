/** Shows what the doctor found: the sentence, what mends it, and, unfolded, what that rests on. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Finding } from '../../api/schema';
import { Button } from '../../components/Button';
import { GitText } from '../../components/GitText';
import { warningIcon } from '../../components/icons';
import { Mend } from './mend';

/** Shows the finding. */
export function FindingNotice(props: {
  readonly trans: TranslationBundle;
  readonly finding: Finding;
}): React.JSX.Element {
  const { trans, finding } = props;
  const [unfolded, setUnfolded] = React.useState(false);
  const warns = finding.severity !== 'note';
  return (
    <div className={`jp-mlgit-Finding jp-mod-${finding.severity}`}>
      <p className={`jp-mlgit-Remark ${warns ? 'jp-mod-warns' : ''}`}>
        {warns && <warningIcon.react tag="span" className="jp-mlgit-Icon" />}
        <GitText text={finding.message} />
      </p>
      <Mend trans={trans} what={finding} />
      {finding.evidence.length > 0 && (
        <Button
          kind="link"
          expanded={unfolded}
          label={trans.__('What this rests on: %1', finding.message)}
          onClick={() => {
            setUnfolded(!unfolded);
          }}
        >
          {trans.__('What this rests on')}
        </Button>
      )}
      {unfolded && (
        <ul className="jp-mlgit-Evidence">
          {finding.evidence.map(one => (
            <li key={one}>
              <GitText text={one} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
