/**
 * Puts together who holds the GPUs' memory: a notebook's kernel with its children, what a kernel has left behind, other
 * processes of yours, another user's, and those that nobody here can name.
 *
 * The driver names processes, torch in a running kernel says what it holds itself. Either may know of a kernel that the
 * other does not: in a container the driver's numbers mean other processes. Kernels of this server that hold nothing are
 * there as well, at the end: they can be ended from here, and say what their torch is.
 */
import type { GpuProcess, RunningKernel } from '../api/schema';

/** One holder of memory. */
export interface IHolder {
  readonly key: string;
  readonly kind:
    'kernel' | 'left-behind' | 'process' | 'another-user' | 'unknown';
  /** The path of the notebook, as far as it is known; null where there is none. */
  readonly path: string | null;
  /** The same where Lab can open it. */
  readonly document: string | null;
  readonly kernel: string | null;
  /** Bytes, by the driver or else by torch; null where neither tells. */
  readonly memory: number | null;
  /** By the driver; those that hold most come first. */
  readonly processes: readonly GpuProcess[];
  /** What the kernel itself says; null for what is no kernel of this server. */
  readonly running: RunningKernel | null;
  /** Whether it is the kernel of another server. */
  readonly elsewhere: boolean;
  /** Whether it holds anything, as far as driver and torch tell. */
  readonly holds: boolean;
}

/**
 * Gives the holders; those that hold most come first, and those that hold nothing last.
 *
 * @param processes - by the driver.
 * @param running - the kernels of this server; null where they are not known yet.
 */
export function holdersOf(
  processes: readonly GpuProcess[],
  running: readonly RunningKernel[] | null
): readonly IHolder[] {
  const groups = new Map<string, readonly GpuProcess[]>();
  const ours = running ?? [];
  for (const kernel of ours) {
    groups.set(kernelKey(kernel.id), []);
  }
  for (const one of processes) {
    const key = keyOf(one);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const kernels = new Map(ours.map(one => [kernelKey(one.id), one]));
  return [...groups]
    .map(([key, group]) => {
      const holder = holderOf(key, group, kernels.get(key) ?? null);
      return running !== null &&
        holder.kind === 'kernel' &&
        holder.running === null
        ? { ...holder, elsewhere: true }
        : holder;
    })
    .sort(
      (a, b) =>
        Number(b.holds) - Number(a.holds) || (b.memory ?? -1) - (a.memory ?? -1)
    );
}

function holderOf(
  key: string,
  processes: readonly GpuProcess[],
  running: RunningKernel | null
): IHolder {
  const [first] = processes;
  const kind = first === undefined ? 'kernel' : kindOf(first);
  const told = first?.notebook ?? null;
  const reserved = running?.torch?.reserved ?? 0;
  return {
    key,
    kind,
    path: running?.path ?? told,
    document: running === null ? relative(told) : documentOf(running),
    kernel: running?.id ?? first?.kernel ?? null,
    memory: sumOf(processes) ?? (reserved > 0 ? reserved : null),
    processes,
    running,
    elsewhere: false,
    holds: processes.length > 0 || reserved > 0
  };
}

/** Gives the document that a kernel belongs to; a console has none. */
function documentOf({ kind, path }: RunningKernel): string | null {
  return kind === 'console' ? null : path;
}

/** Gives a path that is relative to the server's root; a process may know a whole one, which Lab cannot open. */
function relative(path: string | null): string | null {
  return path === null || path.startsWith('/') ? null : path;
}

function kindOf(one: GpuProcess): IHolder['kind'] {
  if (one.owner !== 'you') {
    return one.owner;
  }
  if (one.kernel !== null) {
    return 'kernel';
  }
  return one.notebook === null ? 'process' : 'left-behind';
}

function keyOf(one: GpuProcess): string {
  const kind = kindOf(one);
  switch (kind) {
    case 'kernel':
      return kernelKey(one.kernel ?? '');
    case 'left-behind':
      return `left-behind ${one.notebook ?? ''}`;
    case 'process':
      return `process ${one.pid ?? ''}`;
    case 'another-user':
    case 'unknown':
      // There is nothing that would tell them apart.
      return kind;
  }
}

function kernelKey(id: string): string {
  return `kernel ${id}`;
}

function sumOf(processes: readonly GpuProcess[]): number | null {
  const known = processes
    .map(({ memory }) => memory)
    .filter(memory => memory !== null);
  return known.length === 0
    ? null
    : known.reduce((sum, memory) => sum + memory, 0);
}
