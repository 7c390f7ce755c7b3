/** Lists where a name pointed before, folded until somebody wants it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { DeletedBranch } from '../../api/schema';
import { Button } from '../../components/Button';
import { GitText, ObjectId } from '../../components/GitText';
import { shortId, visibleText } from '../../components/visibleText';
import { nameOf, seen } from './words';

/** Shows the earlier versions of a branch. */
export function EarlierTips(props: {
  readonly trans: TranslationBundle;
  readonly branch: DeletedBranch;
  readonly busy: boolean;
  readonly onRestore: (tip: string) => void;
}): React.JSX.Element {
  const { trans, branch } = props;
  const [open, setOpen] = React.useState(false);
  const name = visibleText(nameOf(trans, branch));
  const count = branch.earlier.length;
  return (
    <div className="jp-mlgit-Earlier">
      <Button
        kind="link"
        expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        {trans._n('%1 earlier version', '%1 earlier versions', count)}
      </Button>
      {open && (
        <ul className="jp-mlgit-List">
          {branch.earlier.map(earlier => (
            <li key={earlier.tip} className="jp-mlgit-Line">
              <ObjectId id={earlier.tip} />
              <span className="jp-mlgit-Line-text">
                {typeof earlier.subject === 'string' && (
                  <GitText text={earlier.subject} />
                )}{' '}
                <span className="jp-mlgit-soft">
                  {seen(trans, earlier.evidence, earlier.lastSeen, Date.now())}
                </span>
              </span>
              <Button
                label={trans.__('Restore %1 at %2', name, shortId(earlier.tip))}
                disabled={props.busy}
                onClick={() => {
                  props.onRestore(earlier.tip);
                }}
              >
                {trans.__('Restore')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
