/** Says in a toast what was brought back, pinned or unpinned, and offers to go there or to take it back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type {
  DeletedBranch,
  Pinned,
  Restored,
  Unpinned
} from '../../api/schema';
import { toast } from '../../components/toast';
import { shortened, shortId, visibleText } from '../../components/visibleText';
import { undoAction } from '../../repository/undoAction';
import { CommandIDs } from '../../tokens';
import { nameOf } from './words';

/** How much of a name fits into a toast. */
const NAME = 70;

/** The same where more has to be said of it. */
const SHORT_NAME = 40;

/** Announces what was restored. */
export function announceRestored(
  trans: TranslationBundle,
  commands: CommandRegistry,
  restored: Restored
): void {
  const name = visibleText(restored.branch);
  const shown = shortened(name, NAME);
  const tip = shortId(restored.tip);
  const actions = [
    ...undoAction(
      trans,
      commands,
      restored.operation,
      titleOf(trans, restored, name, tip)
    )
  ];
  if (
    !restored.switched &&
    !restored.stashed &&
    commands.hasCommand(CommandIDs.switchBranch)
  ) {
    actions.push({
      label: trans.__('Switch to it'),
      caption: trans.__('Switch to %1', name),
      run: () => {
        void commands.execute(CommandIDs.switchBranch, {
          branch: restored.branch
        });
      }
    });
  }
  toast('success', words(trans, restored, shown, tip), actions);
}

/** Announces what is pinned now. */
export function announcePinned(
  trans: TranslationBundle,
  commands: CommandRegistry,
  pinned: Pinned,
  branch: DeletedBranch | null
): void {
  const count = pinned.pinned.length;
  const what =
    branch === null
      ? trans._n('%1 lost branch', '%1 lost branches', count)
      : shortened(visibleText(nameOf(trans, branch)), NAME);
  toast(
    'success',
    trans.__('Pinned %1: git gc leaves it alone', what),
    undoAction(trans, commands, pinned.operation, trans.__('pin %1', what))
  );
}

/** Announces what is no longer pinned, and what may become of it. */
export function announceUnpinned(
  trans: TranslationBundle,
  commands: CommandRegistry,
  unpinned: Unpinned,
  branch: DeletedBranch
): void {
  const name = shortened(visibleText(nameOf(trans, branch)), SHORT_NAME);
  const undo = undoAction(
    trans,
    commands,
    unpinned.operation,
    trans.__('unpin %1', name)
  );
  const [other] = unpinned.keptBy;
  if (other !== undefined) {
    const kept = shortened(visibleText(other), SHORT_NAME);
    toast(
      unpinned.unpinned ? 'success' : 'info',
      unpinned.unpinned
        ? trans.__('Unpinned %1; it stays while %2 is pinned', name, kept)
        : trans.__('%1 is kept by the pin of %2; unpin that', name, kept),
      undo
    );
    return;
  }
  const count = unpinned.uniqueCommits;
  toast(
    'success',
    count === 0
      ? trans.__('Unpinned %1; all of it is on a branch or a remote', name)
      : trans._n(
          'Unpinned %2: git gc may take its %1 commit once no log names it',
          'Unpinned %2: git gc may take its %1 commits once no log names them',
          count,
          name
        ),
    undo
  );
}

function titleOf(
  trans: TranslationBundle,
  restored: Restored,
  name: string,
  tip: string
): string {
  if (restored.stashed) {
    return trans.__('put stash %1 back', tip);
  }
  return restored.movedFrom === null
    ? trans.__('restore branch %1', name)
    : trans.__('move branch %1 back', name);
}

function words(
  trans: TranslationBundle,
  restored: Restored,
  name: string,
  tip: string
): string {
  if (restored.movedFrom !== null) {
    const from = shortId(restored.movedFrom);
    return trans.__('Moved %1 back to %2; %3 is kept', name, tip, from);
  }
  if (!restored.created) {
    return trans.__('%1 is there already, at %2', name, tip);
  }
  if (restored.stashed) {
    return trans.__('Put stash %1 back on the stash list, as %2', tip, name);
  }
  const count = restored.commits;
  const what =
    count === 0
      ? trans.__('Restored %1 (%2)', name, tip)
      : trans._n(
          'Restored %2 (%3, %1 commit)',
          'Restored %2 (%3, %1 commits)',
          count,
          name,
          tip
        );
  return restored.upstreamRestored === null
    ? what
    : trans.__(
        '%1, following %2',
        what,
        visibleText(restored.upstreamRestored)
      );
}
