/** What stands above the list: what is compared and how, how the sides stand to each other, and what can be done. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Overview } from '../api/schema';
import { Button } from '../components/Button';
import { GitText, ObjectId } from '../components/GitText';
import { Moment } from '../components/Moment';
import { useOneAtATime } from '../components/useOneAtATime';
import { useStore } from '../components/useStore';
import { shortened, visibleText } from '../components/visibleText';
import type { ComparisonModel } from './model';
import { sidesOf, standingInWords, totalsInWords } from './words';

/** From how many files on there is a field to look for one. */
const MANY = 8;

/** How much of a name fits onto the switch. */
const NAME = 24;

/** What can be done with a comparison. */
export interface IComparisonActs {
  /** Lets the person choose other sides. */
  readonly choose: () => void;
  /** Compares the other way round; null where a side is no commit. */
  readonly swap: (() => void) | null;
  /** Gives the person all that differs as a patch. */
  readonly exportPatch: () => Promise<void>;
  /** Leads to what was deleted. */
  readonly recover: () => void;
  /** Opens a file's difference. */
  readonly open: (path: string) => void;
}

/** Shows it. */
export function Head(props: {
  readonly trans: TranslationBundle;
  readonly model: ComparisonModel;
  readonly acts: IComparisonActs;
  /** The repository's folder; empty where the server's root is one. */
  readonly repository: string;
}): React.JSX.Element {
  const { trans, model, acts, repository } = props;
  const { subject } = model;
  const { value } = useStore(
    model.overview.changed,
    () => model.overview.state
  );
  const { since, filter } = useStore(model.changed, () => model.view);
  const totals = useStore(model.changed, () => model.totals);
  const isLearning = useStore(model.changed, () => model.isLearning);
  const [writing, run] = useOneAtATime();
  const standing = value === null ? '' : standingInWords(trans, subject, value);
  const twice = trans._n(
    '%1 place to look at twice',
    '%1 places to look at twice',
    totals.warnings
  );
  return (
    <header className="jp-mlgit-Comparison-head">
      <div className="jp-mlgit-Comparison-row">
        <h2 className="jp-mlgit-Comparison-title">
          <Sides trans={trans} model={model} overview={value} />
        </h2>
        {subject.kind === 'commits' && (
          <Ways trans={trans} model={model} since={since} />
        )}
      </div>
      <div className="jp-mlgit-Comparison-row">
        <p className="jp-mlgit-Comparison-facts">
          {repository !== '' && (
            <span title={trans.__('Repository: %1', visibleText(repository))}>
              <GitText text={trans.__('in %1', repository)} />
            </span>
          )}
          {value !== null && (
            <span>{totalsInWords(trans, totals, isLearning)}</span>
          )}
          {standing !== '' && <GitText text={standing} />}
          {value !== null && totals.warnings > 0 && (
            <Button
              kind="link"
              label={trans.__('%1: show the next', twice)}
              onClick={() => {
                model.goToWarned();
              }}
            >
              {twice}
            </Button>
          )}
        </p>
        {totals.files >= MANY && (
          <input
            className="jp-mlgit-Input"
            type="search"
            placeholder={trans.__('Find a file')}
            aria-label={trans.__('Find a file')}
            value={filter}
            data-lm-suppress-shortcuts="true"
            onChange={event => {
              model.setView({ filter: event.target.value });
            }}
          />
        )}
        <span className="jp-mlgit-Comparison-acts">
          {acts.swap !== null && (
            <Button
              label={trans.__('Compare the other way round')}
              onClick={acts.swap}
            >
              {trans.__('Swap')}
            </Button>
          )}
          <Button
            label={trans.__('Compare other branches or commits')}
            onClick={acts.choose}
          >
            {trans.__('Compare others…')}
          </Button>
          <Button
            label={trans.__(
              'Download all that differs as a patch for git apply'
            )}
            disabled={totals.files === 0}
            // Switched off it would lose the focus.
            unavailable={writing}
            onClick={() => {
              void run(acts.exportPatch);
            }}
          >
            {trans.__('Export patch')}
          </Button>
        </span>
      </div>
    </header>
  );
}

/** Names both sides, or the commit whose changes are shown. */
function Sides(props: {
  readonly trans: TranslationBundle;
  readonly model: ComparisonModel;
  readonly overview: Overview | null;
}): React.JSX.Element {
  const { trans, model, overview } = props;
  const { old, new: other } = sidesOf(trans, model.subject);
  if (model.subject.kind === 'own' && overview !== null) {
    const { id, subject, author, when, parents } = overview.new;
    return (
      <>
        <GitText className="jp-mlgit-Comparison-name" text={subject ?? other} />
        <span className="jp-mlgit-Comparison-who">
          {id !== null && <ObjectId id={id} />}
          {author !== null && <GitText text={author} />}
          {when !== null && <Moment trans={trans} when={when} />}
          {parents > 1 && (
            <span>
              {trans.__(
                'a merge of %1 commits, compared with its first parent',
                parents
              )}
            </span>
          )}
        </span>
      </>
    );
  }
  const side = (name: string, id: string | null): React.JSX.Element => (
    <span className="jp-mlgit-Comparison-side">
      <GitText className="jp-mlgit-Comparison-name" text={name} />
      {id !== null && !id.startsWith(name) && <ObjectId id={id} />}
    </span>
  );
  return (
    <>
      {side(old, overview?.old.id ?? null)}
      <span className="jp-mlgit-soft" aria-hidden="true">
        →
      </span>
      {side(other, overview?.new.id ?? null)}
    </>
  );
}

/** The switch between both ways of comparing. */
function Ways(props: {
  readonly trans: TranslationBundle;
  readonly model: ComparisonModel;
  readonly since: boolean;
}): React.JSX.Element {
  const { trans, model, since } = props;
  const { old, new: other } = sidesOf(trans, model.subject);
  const [one, two] = [visibleText(old), visibleText(other)];
  const way = (
    value: boolean,
    words: string,
    title: string
  ): React.JSX.Element => (
    <button
      type="button"
      title={title}
      aria-pressed={since === value}
      onClick={() => {
        model.setView({ since: value });
      }}
    >
      {words}
    </button>
  );
  return (
    <div
      className="jp-mlgit-Segments"
      role="group"
      aria-label={trans.__('What is compared')}
    >
      {way(
        true,
        trans.__('Since it left %1', shortened(one, NAME)),
        trans.__('What %2 changed since it left %1', one, two)
      )}
      {way(
        false,
        trans.__('All differences'),
        trans.__('All differences between %1 and %2', one, two)
      )}
    </div>
  );
}
