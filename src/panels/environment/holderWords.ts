/** Puts into words who holds a GPU's memory, and what torch makes of it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RunningKernel } from '../../api/schema';
import type { IMeterPart } from '../../components/Meter';
import type { IHolder } from '../../environment/holders';
import { memoryWords } from '../../environment/words';

/** Bytes that torch may keep unused before a person is told. */
const NOTICED = 2 ** 30;

/** Names a holder. */
export function holderName(trans: TranslationBundle, holder: IHolder): string {
  const count = holder.processes.length;
  switch (holder.kind) {
    case 'kernel':
      return (
        holder.path ?? trans.__('Kernel %1', (holder.kernel ?? '').slice(0, 8))
      );
    case 'left-behind':
      return holder.path ?? trans.__('A process that is left');
    case 'process':
      return trans.__('Process %1', holder.processes[0]?.pid ?? '');
    case 'another-user':
      return count > 1
        ? trans._n(
            'Another user, %1 process',
            'Other users, %1 processes',
            count
          )
        : trans.__('Another user');
    case 'unknown':
      return trans._n('Unknown process', '%1 unknown processes', count);
  }
}

/**
 * Divides what a holder has: in tensors, kept by torch for later, and the rest, which is CUDA's context, the libraries
 * and what others beside torch hold.
 */
export function sharesOf(holder: IHolder): readonly IMeterPart[] {
  const { memory, running } = holder;
  const torch = running?.torch ?? null;
  if (torch === null || torch.reserved === 0) {
    return memory === null ? [] : [{ kind: 'plain', value: memory }];
  }
  // The driver's newest figure; torch's own may be some seconds older.
  const beside =
    holder.processes.length > 0 && memory !== null
      ? memory - torch.reserved
      : (running?.overhead ?? 0);
  const parts: readonly IMeterPart[] = [
    { kind: 'used', value: torch.allocated },
    { kind: 'cached', value: torch.reserved - torch.allocated },
    { kind: 'beside', value: beside }
  ];
  return parts.filter(({ value }) => value > 0);
}

/** Writes the parts. */
export function sharesWords(
  trans: TranslationBundle,
  shares: readonly IMeterPart[]
): string {
  return shares
    .map(({ kind, value }) => {
      const words = memoryWords(value);
      switch (kind) {
        case 'used':
          return trans.__('%1 allocated', words);
        case 'cached':
          return trans.__('%1 cached and unused', words);
        case 'beside':
          return trans.__('%1 context and libraries', words);
        case 'plain':
          return words;
      }
    })
    .join(' · ');
}

/** Says that torch keeps much that it doesn't use; null where it doesn't. */
export function wastedWords(
  trans: TranslationBundle,
  running: RunningKernel
): string | null {
  const { torch } = running;
  const cached = running.cache ?? 0;
  return torch !== null && cached >= NOTICED && cached >= torch.reserved / 2
    ? trans.__('torch has %1 cached and unused.', memoryWords(cached))
    : null;
}

/** Says what gives back what torch keeps, and what is to be typed for that in the notebook. */
export function givingBack(
  trans: TranslationBundle,
  running: RunningKernel
): { readonly fix: string; readonly command: string } {
  const kind = running.torch?.devices[0]?.kind ?? 'cuda';
  return {
    fix: trans.__(
      'Run this in a cell of the notebook to give it back, or restart the kernel:'
    ),
    command: `torch.${kind}.empty_cache()`
  };
}

/** Says of a kernel that holds nothing on a GPU what its torch is. */
export function standingWords(
  trans: TranslationBundle,
  { torch, unasked }: RunningKernel
): string {
  if (torch === null) {
    return unasked?.reason ?? trans.__('Nothing is known of its torch yet.');
  }
  const name = trans.__('torch %1', torch.version ?? trans.__('n/a'));
  if (torch.madeFor === null) {
    return trans.__('%1 computes on the CPU only.', name);
  }
  return torch.initialized
    ? trans.__('%1, made for %2, holds nothing there.', name, torch.madeFor)
    : trans.__(
        '%1, made for %2, has not begun to use a GPU.',
        name,
        torch.madeFor
      );
}

/** Says that memory rises from cell to cell; null where it doesn't. */
export function risingWords(
  trans: TranslationBundle,
  running: RunningKernel
): string | null {
  return running.leaks
    ? trans.__(
        'Allocated memory at cell end rose %1 times in a row, by %2 in all.',
        running.rises,
        memoryWords(running.risen)
      )
    : null;
}

/** Says how often memory was exhausted; null where it never was. */
export function exhaustedWords(
  trans: TranslationBundle,
  running: RunningKernel
): string | null {
  const ooms = (running.torch?.devices ?? []).reduce(
    (sum, one) => sum + one.ooms,
    0
  );
  return ooms > 0
    ? trans._n(
        'CUDA was out of memory once in this kernel.',
        'CUDA was out of memory %1 times in this kernel.',
        ooms
      )
    : null;
}
