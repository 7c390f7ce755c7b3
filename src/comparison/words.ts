/** The words of a comparison: what is compared, how the sides stand to each other, what has happened since. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Overview, OverviewSide } from '../api/schema';
import { shortId, visibleText } from '../components/visibleText';
import type { News } from './model';
import { calledName, type Subject } from './subject';
import type { ITotals } from './totals';

/** Names both sides as a person does. */
export function sidesOf(
  trans: TranslationBundle,
  subject: Subject
): { readonly old: string; readonly new: string } {
  switch (subject.kind) {
    case 'commits':
      return {
        old: calledName(subject.old),
        new: subject.name ?? calledName(subject.new)
      };
    case 'own':
      return { old: trans.__('its parent'), new: calledName(subject.rev) };
    case 'working':
      return {
        old: calledName(subject.rev),
        new: trans.__('working files')
      };
  }
}

/** Gives the title of the tab, such as "main…feature". */
export function titleOf(
  trans: TranslationBundle,
  subject: Subject,
  since: boolean
): string {
  const { old, new: other } = sidesOf(trans, subject);
  switch (subject.kind) {
    case 'commits':
      return visibleText(since ? `${old}…${other}` : `${old} ↔ ${other}`);
    case 'own':
      return trans.__('Changes in %1', visibleText(other));
    case 'working':
      return visibleText(`${old} ↔ ${other}`);
  }
}

/** Says how both sides stand to each other; nothing where there is nothing to say. */
export function standingInWords(
  trans: TranslationBundle,
  subject: Subject,
  { ahead, behind, base, old }: Overview
): string {
  const { old: oldName, new: newName } = sidesOf(trans, subject);
  if (ahead === null || behind === null || subject.kind === 'own') {
    return '';
  }
  const [one, other] = [visibleText(oldName), visibleText(newName)];
  const more =
    behind === 0
      ? ''
      : trans._n(
          '%2 has %1 commit of its own',
          '%2 has %1 commits of its own',
          behind,
          one
        );
  if (subject.kind === 'working') {
    // What is not committed stands on HEAD.
    const here =
      ahead === 0
        ? ''
        : behind === 0
          ? trans._n('%1 commit since %2', '%1 commits since %2', ahead, one)
          : trans._n(
              'HEAD has %1 commit that %2 does not have',
              'HEAD has %1 commits that %2 does not have',
              ahead,
              one
            );
    return [here, more].filter(words => words !== '').join(' · ');
  }
  if (ahead === 0 && behind === 0) {
    return trans.__('%2 is at the same commit as %1', one, other);
  }
  const left =
    base === null || base === old.id
      ? trans._n(
          '%1 commit on %2 that %3 does not have',
          '%1 commits on %2 that %3 does not have',
          ahead,
          other,
          one
        )
      : trans._n(
          '%1 commit on %2 since it left %3',
          '%1 commits on %2 since it left %3',
          ahead,
          other,
          one
        );
  return [left, more].filter(words => words !== '').join(' · ');
}

/** Gives "37 files · +120 −44", and how much of it is known. */
export function totalsInWords(
  trans: TranslationBundle,
  { files, added, deleted, compared }: ITotals,
  isLearning: boolean
): string {
  const count = trans._n('%1 file', '%1 files', files);
  if (files === 0) {
    return count;
  }
  const lines = `+${added} −${deleted}`;
  const part = isLearning
    ? trans.__('%1 so far', lines)
    : compared === files
      ? lines
      : compared === 0
        ? ''
        : trans._n(
            '%2 in the %1 file that was compared',
            '%2 in the %1 files that were compared',
            compared,
            lines
          );
  return [count, part].filter(words => words !== '').join(' · ');
}

/** Says why no file is listed. */
export function nothingInWords(
  trans: TranslationBundle,
  subject: Subject,
  since: boolean,
  { ahead }: Overview
): string {
  const sides = sidesOf(trans, subject);
  const [one, other] = [visibleText(sides.old), visibleText(sides.new)];
  if (subject.kind === 'own') {
    return trans.__('This commit changed no file.');
  }
  if (since && subject.kind === 'commits') {
    return ahead === 0
      ? trans.__('%2 has no commit that %1 does not have.', one, other)
      : trans.__('The commits on %1 changed no file in the end.', other);
  }
  return trans.__('Nothing differs between %1 and %2.', one, other);
}

/** Says what has happened to the sides since they were compared. */
export function newsInWords(
  trans: TranslationBundle,
  subject: Subject,
  shown: Overview,
  news: News
): string {
  if (news.kind === 'gone') {
    return trans.__(
      '%1 This is how it was when it was compared.',
      news.trouble.message
    );
  }
  const { old, new: other } = sidesOf(trans, subject);
  const told = [
    movedInWords(trans, old, shown.old, news.now.old),
    movedInWords(trans, other, shown.new, news.now.new)
  ].filter(words => words !== '');
  if (told.length === 0) {
    told.push(trans.__('The working files have changed.'));
  }
  return [...told, trans.__('This is how it was when it was compared.')].join(
    ' '
  );
}

function movedInWords(
  trans: TranslationBundle,
  name: string,
  before: OverviewSide,
  now: OverviewSide
): string {
  return before.id === now.id || before.id === null || now.id === null
    ? ''
    : trans.__(
        '%1 has moved from %2 to %3.',
        visibleText(name),
        shortId(before.id),
        shortId(now.id)
      );
}
