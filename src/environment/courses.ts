/**
 * Remembers how the figures of each GPU and of each holder have gone.
 *
 * The server keeps the last minutes and sends what is new since the reading that one has. The surprise: it looks only
 * while somebody does, so two readings may lie far apart. There the line is broken, as nobody knows what was between.
 */
import type { Gpu, GpuProcess, History, Live } from '../api/schema';

/** How the figures of one GPU have gone, oldest first; null where one was not known. */
export interface ICourse {
  readonly memory: readonly (number | null)[];
  readonly utilization: readonly (number | null)[];
}

/** Readings that are drawn at most. */
const MOST = 180;

/** Pauses after which a line is broken. */
const GAP = 4;

/** Tells GPUs and slices apart, also when others come and go. */
export function keyOf(gpu: Pick<Gpu, 'index' | 'slice'>): string {
  return `${gpu.index}/${gpu.slice ?? ''}`;
}

/** Tells which GPU a process is on. */
export function gpuOf(process: Pick<GpuProcess, 'gpu' | 'slice'>): string {
  return keyOf({ index: process.gpu, slice: process.slice });
}

/** Tells whose course it is: one that falls off leaves its index to another. */
function lineOf(gpu: Pick<Gpu, 'index' | 'slice' | 'uuid'>): string {
  return gpu.uuid ?? keyOf(gpu);
}

/** One reading, or a time in which nobody looked. */
interface IReading {
  /** Milliseconds since the epoch, by the server's clock. */
  readonly at: number;
  readonly gpus: ReadonlyMap<
    string,
    { readonly memory: number | null; readonly utilization: number | null }
  >;
}

/** A reading in which nothing was known. */
const NOBODY_LOOKED: IReading = { at: 0, gpus: new Map() };

/** The last minutes. */
export class Courses {
  /** The number of the newest reading; null before the first. */
  get newest(): number | null {
    return this._newest;
  }

  /** Takes what the server has sent. */
  add(live: Pick<Live, 'history' | 'readAt' | 'reading' | 'pause'>): void {
    const { history, pause } = live;
    const now = Date.parse(live.readAt);
    const fresh = readingsOf(history, now);
    const follows = this._newest !== null && history.first === this._newest + 1;
    const kept = follows ? this._readings : [];
    for (const reading of fresh) {
      const before = kept.at(-1);
      if (before !== undefined && reading.at - before.at > GAP * pause * 1000) {
        kept.push(NOBODY_LOOKED);
      }
      kept.push(reading);
    }
    this._readings = kept.slice(-MOST);
    this._newest = live.reading;
  }

  /** Gives the course of a GPU or slice. */
  of(gpu: Pick<Gpu, 'index' | 'slice' | 'uuid'>): ICourse {
    const key = lineOf(gpu);
    const figures = this._readings.map(({ gpus }) => gpus.get(key));
    return {
      memory: figures.map(one => one?.memory ?? null),
      utilization: figures.map(one => one?.utilization ?? null)
    };
  }

  private _readings: IReading[] = [];
  private _newest: number | null = null;
}

function readingsOf(history: History, now: number): readonly IReading[] {
  return history.ages.map((age, index) => ({
    at: now - age * 1000,
    gpus: new Map(
      history.gpus.map(line => [
        lineOf({ ...line, index: line.gpu }),
        {
          memory: line.memoryUsed[index] ?? null,
          utilization: line.utilization[index] ?? null
        }
      ])
    )
  }));
}
