/** Puts into words what stands folded under a GPU, a kernel that runs, and a kernel's torch. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Gpu, KernelView, TorchDevice } from '../api/schema';
import { visibleText } from '../components/visibleText';
import { memoryWords, reasonOf, slowedWords, type IFigure } from './words';

/** A figure and what it is called. */
export interface IDetail {
  readonly name: string;
  readonly figure: IFigure;
}

function known(name: string, words: string): IDetail {
  return { name, figure: { words: visibleText(words), reason: null } };
}

/** Gives what else a driver tells of a GPU; of a slice it tells none of it. */
export function gpuDetails(
  trans: TranslationBundle,
  gpu: Gpu
): readonly IDetail[] {
  if (gpu.slice !== null) {
    return [];
  }
  const unknown = (name: string, figure: string): IDetail => ({
    name,
    figure: {
      words: trans.__('n/a'),
      reason: reasonOf(trans, gpu.notes, figure)
    }
  });
  const slowed = trans.__('Slowed down by');
  const count = (
    name: string,
    figure: 'memoryErrors' | 'correctedErrors' | 'retired'
  ): IDetail => {
    const value = gpu[figure];
    return value === null ? unknown(name, figure) : known(name, String(value));
  };
  const faults = trans.__('Faults that the driver reported (Xid)');
  const capability = trans.__('Compute capability');
  return [
    gpu.slowedBy === null
      ? unknown(slowed, 'slowedBy')
      : known(
          slowed,
          gpu.slowedBy.length === 0
            ? trans.__('nothing')
            : gpu.slowedBy.map(one => slowedWords(trans, one)).join(', ')
        ),
    count(trans.__('Memory errors (ECC)'), 'memoryErrors'),
    count(trans.__('Memory errors, corrected'), 'correctedErrors'),
    count(trans.__('Rows of memory out of use'), 'retired'),
    gpu.faults === null
      ? unknown(faults, 'faults')
      : known(faults, faultWords(trans, gpu.faults, gpu.faultsSince)),
    gpu.capability === null
      ? unknown(capability, 'capability')
      : known(capability, gpu.capability)
  ];
}

function faultWords(
  trans: TranslationBundle,
  faults: NonNullable<Gpu['faults']>,
  since: Gpu['faultsSince']
): string {
  if (faults.length > 0) {
    return faults.map(({ number }) => String(number)).join(', ');
  }
  return since === 'look'
    ? trans.__('none since you look')
    : trans.__('none in the last day');
}

/** Gives torch's own account of each GPU in a kernel that runs. */
export function torchDetails(
  trans: TranslationBundle,
  devices: readonly TorchDevice[]
): readonly IDetail[] {
  return devices.flatMap(one => {
    const row = (name: string, words: string): IDetail =>
      known(
        devices.length === 1
          ? name
          : trans.__('%1, %2:%3', name, one.kind, String(one.device)),
        words
      );
    return [
      row(trans.__('Allocated'), memoryWords(one.allocated)),
      row(trans.__('Allocated at most'), memoryWords(one.peakAllocated)),
      row(trans.__('Reserved'), memoryWords(one.reserved)),
      row(trans.__('Reserved at most'), memoryWords(one.peakReserved)),
      ...(one.ooms > 0
        ? [row(trans.__('Times out of memory'), String(one.ooms))]
        : []),
      ...(one.retries > 0
        ? [row(trans.__('Retries to allocate'), String(one.retries))]
        : [])
    ];
  });
}

/** Gives what a kernel's torch was made with and for, and beside it what the GPUs can. */
export function kernelDetails(
  trans: TranslationBundle,
  view: KernelView
): readonly IDetail[] {
  const { torch, capabilities, visibleDevices } = view;
  if (torch === null) {
    return [];
  }
  const told = (name: string, words: string | null, reason: string): IDetail =>
    words === null || words === ''
      ? { name, figure: { words: trans.__('n/a'), reason } }
      : known(name, words);
  const silent =
    torch.cuda === null
      ? trans.__('This torch is made without CUDA.')
      : trans.__('torch does not tell.');
  const unseen = trans.__('This kernel sees no GPU that tells.');
  const can = (name: string, answer: boolean | null): IDetail =>
    told(
      name,
      answer === null ? null : answer ? trans.__('yes') : trans.__('no'),
      unseen
    );
  return [
    told('cuDNN', torch.cudnn, silent),
    told('NCCL', torch.nccl, silent),
    told(trans.__('Made for'), torch.archs.join(' '), silent),
    told(
      trans.__('Compute capability'),
      [...new Set(capabilities)].join(', '),
      unseen
    ),
    can('bf16', torch.bf16),
    can('TF32', torch.tf32),
    can('fp8', torch.fp8),
    known(
      'CUDA_VISIBLE_DEVICES',
      visibleDevices === null
        ? trans.__('not set')
        : visibleDevices === ''
          ? trans.__('empty: hides every GPU')
          : visibleDevices
    ),
    ...torch.warnings.map(words => known(trans.__('torch warns'), words))
  ];
}
