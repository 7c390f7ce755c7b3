/**
 * A machine with GPUs that are not there, for stories of the Environment section.
 *
 * The server of all stories is started with a driver of ours (`tests/environment/stage.py`, built by cc when the run
 * begins). What that tells stands in a file, which a story writes anew whenever it likes; as long as nobody does,
 * there is no driver, as on any machine without one. Since all stories share the server, those that use this stand
 * in one file, with `test.describe.configure({ mode: 'serial' })`, and end with `machine.tellNothing()`.
 *
 *     const machine = new StagedMachine();
 *     test.skip(machine.obstacle !== null, machine.obstacle ?? '');
 *     // A kernel "ml" with a torch that keeps the books of its GPU, before JupyterLab is opened:
 *     machine.installKernel('ml', { version: '2.9.0+cpu', cuda: null, available: false }); // story A
 *     machine.installKernel('ml'); // one that sees the GPU
 *     machine.tell({ count: 1, used: 18_000, util: 41 }); // MiB, percent; see nvml_stub.c for all words
 *     // In a cell of a notebook with that kernel:
 *     //   import torch; torch.cuda.hold(31_000 // 8); torch.cuda.drop(3_000); torch.cuda.empty_cache()
 *     const pid = await machine.pidOf(page, 'old-experiment.ipynb'); // once its kernel runs
 *     machine.tell({ count: 1, used: 18_000, pid0: pid, mem0: 17_500 }); // the driver says that it holds 17.5 GB
 *     machine.tell({ count: 1, '0:nvmlDeviceGetTemperature': 3 }); // a figure that this GPU does not have
 *
 * The panel sees a new reading within the server's pause of three seconds (MLGIT_UI_GPU_PAUSE sets another, in
 * seconds; the stories run with half a second).
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

/** What `tests/environment/stage.py` has printed. */
export interface IStage {
  readonly obstacle: string | null;
  readonly variables: Readonly<Record<string, string>>;
  readonly torch: string;
  readonly python: string;
}

/** What the torch of a kernel says of itself; see `tests/environment/staged/torch/__init__.py`. */
export interface IStagedTorch {
  readonly version?: string;
  readonly cuda?: string | null;
  readonly hip?: string | null;
  readonly archs?: string;
  readonly available?: boolean;
  readonly devices?: number;
  /** What it says where it sees no GPU. */
  readonly error?: string;
}

/** Tells the driver what to tell. */
export class StagedMachine {
  private readonly _stage: IStage;

  constructor() {
    this._stage = JSON.parse(process.env.MLGIT_UI_STAGE ?? '{}') as IStage;
  }

  /** Why there cannot be one here, for `test.skip`; null where there can. */
  get obstacle(): string | null {
    return this._stage.obstacle;
  }

  /**
   * Says what the driver tells from now on.
   *
   * @param words - as `nvml_stub.c` knows them.
   * @param cuda - the same for libcuda, see `cuda_stub.c`.
   */
  tell(
    words: Readonly<Record<string, number>>,
    cuda: Readonly<Record<string, number>> = { version: 12_080 }
  ): void {
    this._write('NVML_STUB_FILE', words);
    this._write('CUDA_STUB_FILE', cuda);
  }

  /** Takes the driver away. */
  tellNothing(): void {
    for (const name of ['NVML_STUB_FILE', 'CUDA_STUB_FILE']) {
      rmSync(this._place(name), { force: true });
    }
  }

  /** Installs a kernel that has a torch of ours. */
  installKernel(name: string, torch: IStagedTorch = {}): void {
    const place = join(home(), 'data', 'kernels', name);
    mkdirSync(place, { recursive: true });
    const spec = {
      argv: [
        this._stage.python,
        '-m',
        'ipykernel_launcher',
        '-f',
        '{connection_file}'
      ],
      display_name: name,
      language: 'python',
      env: {
        PYTHONPATH: this._stage.torch,
        STAGED_TORCH: JSON.stringify(torch)
      }
    };
    writeFileSync(join(place, 'kernel.json'), JSON.stringify(spec));
  }

  /** Removes a kernel again. */
  removeKernel(name: string): void {
    rmSync(join(home(), 'data', 'kernels', name), {
      recursive: true,
      force: true
    });
  }

  /** Gives the process of the kernel of a notebook or console; the path may be its end. */
  async pidOf(page: Page, path: string): Promise<number> {
    const answer = await page.request.post('mlgit/environment/kernels', {
      data: {}
    });
    const { kernels } = (await answer.json()) as {
      readonly kernels: readonly {
        readonly path: string | null;
        readonly pid: number | null;
      }[];
    };
    const pid = kernels.find(one => one.path?.endsWith(path))?.pid;
    if (pid === undefined || pid === null) {
      throw new Error(`No kernel runs for ${path}.`);
    }
    return pid;
  }

  private _write(name: string, words: Readonly<Record<string, number>>): void {
    const text = Object.entries(words)
      .map(([word, value]) => `${word}=${value}`)
      .join(' ');
    // The driver may read at any moment, and must not read half of it.
    const place = this._place(name);
    writeFileSync(`${place}.new`, text);
    renameSync(`${place}.new`, place);
  }

  private _place(name: string): string {
    const place = this._stage.variables[name];
    if (place === undefined) {
      throw new Error(`There is no stage: ${this.obstacle ?? 'not set'}.`);
    }
    return place;
  }
}

function home(): string {
  const place = process.env.MLGIT_UI_PLACE;
  if (place === undefined) {
    throw new Error('The configuration names no folder.');
  }
  return join(place, 'home');
}
