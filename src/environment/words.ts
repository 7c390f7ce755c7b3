/** Puts the figures of a machine into words. What is unknown is "n/a", with its reason beside it, never 0. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Gpu, GpuProcess, Note } from '../api/schema';
import { visibleText } from '../components/visibleText';
import { keyOf } from './courses';

/** The share of its memory from where on a GPU is marked; the command line has the same. */
export const FULL = 0.9;

/** Degrees Celsius from where on a GPU is marked; most slow down between 83 and 90. */
export const HOT = 85;

const MB = 2 ** 20;
const GB = 2 ** 30;

/** What is known of a figure: the words for it, and where it is not known, why. */
export interface IFigure {
  readonly words: string;
  readonly reason: string | null;
}

/** Writes bytes as people speak of a GPU's memory: 1 GB is 2 ** 30 bytes there. */
export function memoryWords(bytes: number): string {
  return bytes >= GB
    ? `${gigabytes(bytes)} GB`
    : `${Math.round(bytes / MB)} MB`;
}

/** Writes how much of something is taken, with one unit where both have the same. */
export function ofMemory(used: number, total: number): string {
  return used >= GB && total >= GB
    ? `${gigabytes(used)}/${memoryWords(total)}`
    : `${memoryWords(used)}/${memoryWords(total)}`;
}

function gigabytes(bytes: number): string {
  const count = bytes / GB;
  // A whole number of them is how a card is sold.
  return count >= 10
    ? String(Math.round(count))
    : count.toFixed(1).replace(/\.0$/, '');
}

/** Names a GPU, or a slice of one. */
export function gpuTitle(
  trans: TranslationBundle,
  gpu: Pick<Gpu, 'index' | 'slice'>
): string {
  return gpu.slice === null
    ? trans.__('GPU %1', gpu.index)
    : trans.__('Slice %1.%2', gpu.index, gpu.slice);
}

/** Gives why a figure is not known. */
export function reasonOf(
  trans: TranslationBundle,
  notes: readonly Note[],
  figure: string
): string {
  const note =
    notes.find(one => one.figure === figure) ??
    notes.find(one => one.figure === 'all');
  return note?.reason ?? trans.__('The driver does not tell.');
}

/** Writes a figure with its unit. */
export function figureWords(
  trans: TranslationBundle,
  gpu: Gpu,
  figure: 'utilization' | 'temperature' | 'power' | 'clock'
): IFigure {
  const value = gpu[figure];
  if (value === null) {
    return {
      words: trans.__('n/a'),
      reason: reasonOf(trans, gpu.notes, figure)
    };
  }
  const rounded = Math.round(value);
  switch (figure) {
    case 'utilization':
      return { words: trans.__('%1 %', rounded), reason: null };
    case 'temperature':
      return { words: trans.__('%1 °C', rounded), reason: null };
    case 'power':
      return {
        words:
          gpu.powerLimit === null
            ? trans.__('%1 W', rounded)
            : trans.__('%1/%2 W', rounded, Math.round(gpu.powerLimit)),
        reason: null
      };
    case 'clock':
      return {
        words:
          gpu.clockLimit === null
            ? trans.__('%1 MHz', rounded)
            : trans.__('%1/%2 MHz', rounded, Math.round(gpu.clockLimit)),
        reason: null
      };
  }
}

/** Writes what is taken of a GPU's memory. */
export function gpuMemory(trans: TranslationBundle, gpu: Gpu): IFigure {
  const { memoryUsed, memoryTotal } = gpu;
  return memoryUsed === null || memoryTotal === null
    ? { words: trans.__('n/a'), reason: reasonOf(trans, gpu.notes, 'memory') }
    : { words: ofMemory(memoryUsed, memoryTotal), reason: null };
}

/** Tells whether nearly all of a GPU's memory is taken. */
export function isFull(gpu: Pick<Gpu, 'memoryUsed' | 'memoryTotal'>): boolean {
  const { memoryUsed, memoryTotal } = gpu;
  return (
    memoryUsed !== null &&
    memoryTotal !== null &&
    memoryTotal > 0 &&
    memoryUsed >= FULL * memoryTotal
  );
}

/** Tells whether a GPU is so hot that it may slow down. */
export function isHot(gpu: Gpu): boolean {
  return (
    (gpu.temperature !== null && gpu.temperature >= HOT) ||
    (gpu.slowedBy ?? []).includes('heat')
  );
}

/** Names what slows a GPU down; the command line has the same. */
export function slowedWords(
  trans: TranslationBundle,
  by: NonNullable<Gpu['slowedBy']>[number]
): string {
  switch (by) {
    case 'power-limit':
      return trans.__('its power limit');
    case 'hardware':
      return trans.__("the hardware's own protection");
    case 'heat':
      return trans.__('heat');
    case 'power-brake':
      return trans.__('the power supply');
  }
}

/** A sentence about a GPU. */
export interface IRemark {
  /** Whether a person should look at it twice. */
  readonly warns: boolean;
  /** Whether hard work alone brings it about: then only its own line is marked, and not the GPU. */
  readonly usual?: boolean;
  readonly words: string;
}

/** Says what is unusual about a GPU. */
export function remarks(
  trans: TranslationBundle,
  gpu: Gpu
): readonly IRemark[] {
  const errors = gpu.memoryErrors ?? 0;
  const slowedBy = gpu.slowedBy ?? [];
  const found: IRemark[] = [];
  const warn = (words: string): void => {
    found.push({ warns: true, words });
  };
  if (gpu.state === 'lost') {
    warn(trans.__('It no longer answers. Restart the machine.'));
  }
  if (gpu.state === 'no-access') {
    warn(trans.__('You may not ask it.'));
  }
  if (isFull(gpu)) {
    warn(trans.__('Its memory is nearly full.'));
  }
  if (slowedBy.includes('heat')) {
    warn(trans.__('It is hot, and slowed down for it.'));
  } else if (isHot(gpu)) {
    warn(trans.__('It is hot.'));
  }
  if (slowedBy.includes('hardware')) {
    warn(trans.__("Slowed down by the hardware's own protection."));
  }
  if (slowedBy.includes('power-brake')) {
    warn(trans.__('Slowed down by the power supply.'));
  }
  if (errors > 0) {
    warn(
      trans._n(
        '%1 memory error could not be corrected.',
        '%1 memory errors could not be corrected.',
        errors
      )
    );
  }
  if (gpu.retiring === 'waiting') {
    warn(
      trans.__(
        'A row of its memory waits to be taken out of use. Reset the GPU when it is free.'
      )
    );
  }
  if (gpu.retiring === 'failed') {
    warn(
      trans.__(
        'A row of its memory could not be taken out of use. Have the GPU looked at.'
      )
    );
  }
  for (const { message, number, fix } of gpu.faults ?? []) {
    if (message !== null) {
      warn(
        trans
          .__(
            'The driver reported: %1 (Xid %2). %3',
            message,
            String(number),
            fix ?? ''
          )
          .trim()
      );
    }
  }
  if (slowedBy.includes('power-limit')) {
    found.push({
      warns: true,
      usual: true,
      words: trans.__('Slowed down by its power limit.')
    });
  }
  if (gpu.unified) {
    found.push({
      warns: false,
      words: trans.__("Unified memory: it is the machine's own.")
    });
  }
  if (gpu.slices === true) {
    found.push({
      warns: false,
      words: trans.__('Cut into slices (MIG): only these can be used.')
    });
  }
  return found;
}

/**
 * Gives all the memory of the GPUs that some processes are on, of every GPU where that is not known; null where one does
 * not tell.
 */
export function wholeMemory(
  gpus: readonly Gpu[],
  processes: readonly Pick<GpuProcess, 'gpu' | 'slice'>[]
): number | null {
  const on = new Set(
    processes.map(one => keyOf({ index: one.gpu, slice: one.slice }))
  );
  const totals = gpus
    .filter(gpu => (on.size > 0 ? on.has(keyOf(gpu)) : gpu.slice === null))
    .map(({ memoryTotal }) => memoryTotal);
  return totals.length === 0 || totals.includes(null)
    ? null
    : totals.reduce<number>((sum, total) => sum + (total ?? 0), 0);
}

/** What is wanted of a GPU for few words. */
type Brief = Pick<
  Gpu,
  'index' | 'slice' | 'name' | 'utilization' | 'memoryUsed' | 'memoryTotal'
>;

/** Writes the figures of all GPUs as short as a status bar wants them: `GPU 41 % · 18/24 GB`. */
export function briefWords(
  trans: TranslationBundle,
  gpus: readonly Brief[]
): string {
  const rates = gpus
    .map(({ utilization }) => utilization)
    .filter(rate => rate !== null);
  const rate =
    rates.length === 0
      ? null
      : trans.__(
          '%1 %',
          Math.round(rates.reduce((sum, one) => sum + one, 0) / rates.length)
        );
  const known = gpus.filter(
    ({ memoryUsed, memoryTotal }) => memoryUsed !== null && memoryTotal !== null
  );
  const sum = (figure: 'memoryUsed' | 'memoryTotal'): number =>
    known.reduce((total, gpu) => total + (gpu[figure] ?? 0), 0);
  const memory =
    known.length === 0 ? null : ofMemory(sum('memoryUsed'), sum('memoryTotal'));
  const figures = [rate, memory].filter(words => words !== null).join(' · ');
  const name = trans._n('GPU', '%1 GPUs', gpus.length);
  return `${name} ${figures === '' ? trans.__('n/a') : figures}`;
}

/** Writes one line for each GPU, for a title. */
export function briefLines(
  trans: TranslationBundle,
  gpus: readonly Brief[]
): readonly string[] {
  return gpus.map(gpu => {
    const { memoryUsed, memoryTotal, utilization } = gpu;
    const figures = [
      utilization === null
        ? trans.__('use n/a')
        : trans.__('%1 %', utilization),
      memoryUsed === null || memoryTotal === null
        ? trans.__('memory n/a')
        : ofMemory(memoryUsed, memoryTotal)
    ].join(' · ');
    const title = gpuTitle(trans, gpu);
    return gpu.name === null
      ? `${title}: ${figures}`
      : `${title}, ${visibleText(gpu.name)}: ${figures}`;
  });
}
