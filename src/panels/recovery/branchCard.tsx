/** One lost branch as a card: what it is, how safe, what would come back, and the ways to bring it back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { troubleOf } from '../../api/problem';
import type { DeletedBranch } from '../../api/schema';
import { Button } from '../../components/Button';
import { GitText } from '../../components/GitText';
import { NameForm } from '../../components/NameForm';
import { useCardFocus } from '../../components/useCardFocus';
import { useOneAtATime } from '../../components/useOneAtATime';
import { visibleText } from '../../components/visibleText';
import { TroubleNotice } from '../../repository/TroubleNotice';
import { useBarred } from '../../repository/useBarred';
import { useRefusal } from '../../repository/useRefusal';
import type { IRepository } from '../../tokens';
import { CardActions, type IRestoreChoice } from './cardActions';
import { EarlierTips } from './earlierTips';
import { Preview } from './preview';
import { factsOf, nameOf, reasonOf, tagOf } from './words';

interface ICardProps {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly branch: DeletedBranch;
  readonly onRestore: (
    branch: DeletedBranch,
    choice: IRestoreChoice
  ) => Promise<void>;
  readonly onPin: (branch: DeletedBranch) => Promise<void>;
  readonly onUnpin: (branch: DeletedBranch) => Promise<void>;
  readonly onCompare: (branch: DeletedBranch) => void;
}

/** As a branch of another name. */
const BESIDE: IRestoreChoice = { at: null, as: null, way: 'branch' };

/** Shows the card. */
export function BranchCard(props: ICardProps): React.JSX.Element {
  const { trans, repository, branch } = props;
  const [preview, setPreview] = React.useState(false);
  const [naming, setNaming] = React.useState<IRestoreChoice | null>(null);
  const [last, setLast] = React.useState<IRestoreChoice | null>(null);
  const [trouble, setTrouble] = useRefusal(repository);
  const [busy, runOne] = useOneAtATime();
  const title = React.useId();
  const focus = useCardFocus();
  const barred = useBarred(repository);
  React.useEffect(() => {
    if (!busy) {
      focus.release();
    }
  }, [busy, focus]);

  const run = (act: () => Promise<void>): void => {
    void runOne(async () => {
      focus.hold();
      setTrouble(null);
      try {
        await act();
        setNaming(null);
      } catch (error) {
        setTrouble(troubleOf(error));
      }
    });
  };
  const restore = (choice: IRestoreChoice): void => {
    run(() => {
      setLast(choice);
      return props.onRestore(branch, choice);
    });
  };

  // A name that is in use, or none at all, needs another one.
  const renames = branch.kind !== 'deleted' || branch.name === null;
  return (
    <li
      ref={focus.card}
      tabIndex={-1}
      className="jp-mlgit-Card"
      aria-labelledby={title}
      data-branch={branch.name}
    >
      <CardHead trans={trans} branch={branch} titleId={title} />
      <CardActions
        trans={trans}
        branch={branch}
        busy={busy}
        barred={barred}
        previewing={preview}
        naming={naming !== null}
        acts={{
          restore: way => {
            restore({ at: null, as: null, way });
          },
          preview: () => {
            setPreview(!preview);
          },
          rename: () => {
            setNaming(naming === null ? BESIDE : null);
          },
          pin: () => {
            run(() => props.onPin(branch));
          },
          unpin: () => {
            run(() => props.onUnpin(branch));
          }
        }}
      />
      {naming !== null && (
        <NameForm
          label={trans.__('Name of the branch to make')}
          initial={freeName(branch)}
          accept={trans.__('Restore')}
          cancel={trans.__('Cancel')}
          disabled={busy || barred}
          onAccept={as => {
            restore({ at: naming.at, as, way: 'branch' });
          }}
          onCancel={() => {
            setNaming(null);
            setTrouble(null);
          }}
        />
      )}
      {trouble !== null && (
        <TroubleNotice
          trans={trans}
          repository={repository}
          trouble={trouble}
          onRename={as => {
            restore({ at: last?.at ?? null, as, way: 'branch' });
          }}
          onRetry={() => {
            if (last !== null) {
              restore(last);
            }
          }}
          onDismiss={() => {
            setTrouble(null);
          }}
        />
      )}
      {preview && (
        <>
          <Preview
            trans={trans}
            repository={repository}
            branch={branch.id}
            tip={null}
          />
          <div className="jp-mlgit-Actions">
            <Button
              label={trans.__(
                'Show what %1 changed since it left the main branch',
                visibleText(nameOf(trans, branch))
              )}
              onClick={() => {
                props.onCompare(branch);
              }}
            >
              {trans.__('Compare with the main branch')}
            </Button>
          </div>
        </>
      )}
      {branch.earlier.length > 0 && (
        <EarlierTips
          trans={trans}
          branch={branch}
          busy={busy || barred}
          onRestore={at => {
            if (renames) {
              setNaming({ ...BESIDE, at });
            } else {
              restore({ ...BESIDE, at });
            }
          }}
        />
      )}
    </li>
  );
}

function CardHead(props: {
  readonly trans: TranslationBundle;
  readonly branch: DeletedBranch;
  readonly titleId: string;
}): React.JSX.Element {
  const { trans, branch } = props;
  const tag = tagOf(trans, branch);
  return (
    <>
      <div className="jp-mlgit-Card-head">
        <h3 id={props.titleId} className="jp-mlgit-Card-name">
          <GitText text={nameOf(trans, branch)} />
        </h3>
        {branch.kind === 'overwritten' && (
          <span className="jp-mlgit-soft">{trans.__('overwritten')}</span>
        )}
        <span className={`jp-mlgit-Tag jp-mod-${tag.tone}`}>{tag.words}</span>
      </div>
      {branch.subject !== null && (
        <div className="jp-mlgit-Card-subject">
          <GitText text={branch.subject} />
        </div>
      )}
      <div className="jp-mlgit-Card-facts">
        {factsOf(trans, branch, Date.now()).join(' · ')}
      </div>
      <div className="jp-mlgit-Card-why">
        <GitText text={reasonOf(trans, branch)} />
      </div>
    </>
  );
}

function freeName(branch: DeletedBranch): string {
  return branch.name === null
    ? `recovered/${branch.tip.slice(0, 7)}`
    : `${branch.name}-restored`;
}
