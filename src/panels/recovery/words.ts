/** Puts a deleted branch into the words of its card. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { DeletedBranch } from '../../api/schema';
import { ago } from '../../components/moments';
import { shortId, visibleText } from '../../components/visibleText';

/** The word beside a name on whether its commits will stay. */
export interface ITag {
  readonly tone: 'ok' | 'warn' | 'gone';
  readonly words: string;
}

/** Names what was lost; a branch by its name, anything else by what it is. */
export function nameOf(
  trans: TranslationBundle,
  branch: Pick<DeletedBranch, 'kind' | 'name' | 'tip'>
): string {
  if (branch.name !== null) {
    return branch.name;
  }
  return branch.kind === 'stash'
    ? trans.__('dropped stash %1', shortId(branch.tip))
    : trans.__('lost commits %1', shortId(branch.tip));
}

/** Gives what tells it from a branch that is there. */
export function lostName(
  trans: TranslationBundle,
  branch: Pick<DeletedBranch, 'kind' | 'name' | 'tip'>
): string {
  const name = nameOf(trans, branch);
  switch (branch.kind) {
    case 'deleted':
      return trans.__('%1 (deleted)', name);
    case 'overwritten':
      return trans.__('%1 (as it was)', name);
    case 'lost':
    case 'stash':
      return name;
  }
}

/** Says whether the commits will stay. */
export function tagOf(trans: TranslationBundle, branch: DeletedBranch): ITag {
  if (branch.state === 'gone') {
    return { tone: 'gone', words: trans.__('gone') };
  }
  if (branch.pinned) {
    return { tone: 'ok', words: trans.__('safe · pinned') };
  }
  if (branch.uniqueCommits === 0) {
    return { tone: 'ok', words: trans.__('safe · on a branch or a remote') };
  }
  return { tone: 'warn', words: trans.__('may vanish at the next gc') };
}

/** Gives the facts of a card, each a few words. */
export function factsOf(
  trans: TranslationBundle,
  branch: DeletedBranch,
  now: number
): readonly string[] {
  return [
    seen(trans, branch.evidence, branch.lastSeen, now),
    found(trans, branch),
    ...notebooks(trans, branch.notebooks),
    pushed(trans, branch)
  ].filter(fact => fact !== '');
}

/** Says how the tip was last seen, and when. */
export function seen(
  trans: TranslationBundle,
  evidence: DeletedBranch['evidence'],
  lastSeen: string | null,
  now: number
): string {
  if (lastSeen === null) {
    return trans.__('last seen: n/a, no log tells');
  }
  const when = ago(trans, lastSeen, now);
  switch (evidence) {
    case 'left':
      return trans.__('left %1', when);
    case 'rebased':
      return trans.__('rebased %1', when);
    case 'merged':
      return trans.__('merged %1', when);
    case 'renamed':
      return trans.__('renamed %1', when);
    case 'pinned':
      return trans.__('lost %1', when);
    case 'config':
    case 'created-from':
    case 'dangling':
    case 'fetched':
      return trans.__('last commit %1', when);
  }
}

/** Says why this is believed to be the tip. What is a line of git's log stands in quotation marks. */
export function reasonOf(
  trans: TranslationBundle,
  branch: Pick<DeletedBranch, 'kind' | 'evidence' | 'why'>
): string {
  if (branch.kind !== 'deleted') {
    return branch.why;
  }
  switch (branch.evidence) {
    case 'left':
      return trans.__('HEAD left it: “%1”', branch.why);
    case 'rebased':
      return trans.__('a rebase moved it: “%1”', branch.why);
    case 'merged':
      return trans.__('it was merged: “%1”', branch.why);
    case 'renamed':
      return trans.__('it was renamed: “%1”', branch.why);
    case 'config':
    case 'created-from':
    case 'dangling':
    case 'fetched':
    case 'pinned':
      return branch.why;
  }
}

function found(trans: TranslationBundle, branch: DeletedBranch): string {
  const count = branch.uniqueCommits;
  if (count === null) {
    return branch.state === 'gone'
      ? trans.__('its commits are no longer in this repository')
      : trans.__('number of commits n/a');
  }
  return count === 0
    ? trans.__('all of it is on other branches or a remote')
    : trans._n(
        '%1 commit found nowhere else',
        '%1 commits found nowhere else',
        count
      );
}

function notebooks(
  trans: TranslationBundle,
  paths: readonly string[]
): readonly string[] {
  const [first, second, ...rest] = paths.map(path =>
    visibleText(path.slice(path.lastIndexOf('/') + 1))
  );
  if (first === undefined) {
    return [];
  }
  if (second === undefined) {
    return [first];
  }
  return rest.length === 0
    ? [first, second]
    : [
        first,
        trans._n('%1 more notebook', '%1 more notebooks', rest.length + 1)
      ];
}

function pushed(trans: TranslationBundle, branch: DeletedBranch): string {
  if (branch.pushed === null) {
    return trans.__('no remote to push to');
  }
  return branch.pushed ? trans.__('pushed') : trans.__('never pushed');
}
