/** Bodies about the machine as the server sends them, with what a test doesn't care about filled in. */
import type {
  Doctored,
  Finding,
  Gpu,
  GpuProcess,
  Gpus,
  KernelView,
  Live,
  RepositoryVolume,
  Running,
  RunningKernel,
  Summary
} from '../api/schema';

/** Bytes of 1 GB, as people speak of a GPU's memory. */
export const GB = 2 ** 30;

export function aGpu(change: Partial<Gpu> = {}): Gpu {
  return {
    maker: 'nvidia',
    index: 0,
    slice: null,
    uuid: `GPU-${change.index ?? 0}/${change.slice ?? ''}`,
    name: 'NVIDIA L4',
    state: 'ok',
    memoryUsed: 18 * GB,
    memoryTotal: 24 * GB,
    unified: false,
    utilization: 41,
    temperature: 62,
    power: 61.4,
    powerLimit: 72,
    clock: 1410,
    clockLimit: 2040,
    slowedBy: [],
    memoryErrors: 0,
    correctedErrors: 0,
    retired: 0,
    retiring: 'no',
    faults: [],
    faultsSince: 'day',
    capability: '8.9',
    slices: false,
    notes: [],
    ...change
  };
}

export function aProcess(change: Partial<GpuProcess> = {}): GpuProcess {
  return {
    gpu: 0,
    slice: null,
    pid: 4242,
    memory: 2 * GB,
    owner: 'you',
    command: 'python -m ipykernel_launcher',
    notebook: 'train.ipynb',
    kernel: 'kernel-1',
    kernelPid: 4242,
    ...change
  };
}

export function aMachine(change: Partial<Gpus> = {}): Gpus {
  return {
    available: true,
    reason: null,
    driver: '550.54.14',
    amdDriver: null,
    cudaDriver: '12.4',
    gpus: [aGpu()],
    processes: [],
    notes: [],
    ...change
  };
}

/** A machine without a GPU. */
export function noGpu(): Gpus {
  return aMachine({
    available: false,
    reason: {
      code: 'no-library',
      message: "NVIDIA's library for management was not found.",
      fix: 'See what it says in a terminal:',
      command: 'nvidia-smi'
    },
    driver: null,
    cudaDriver: null,
    gpus: []
  });
}

export function aLive(change: Partial<Live> = {}): Live {
  return {
    reading: 1,
    readAt: '2026-03-10T12:00:00+00:00',
    pause: 3,
    lease: 20,
    machine: aMachine(),
    history: { first: 1, ages: [], gpus: [], holders: [] },
    ...change
  };
}

export function aSummary(change: Partial<Summary> = {}): Summary {
  return {
    gpus: [aGpu()],
    reason: null,
    readAt: '2026-03-10T12:00:00+00:00',
    lost: 0,
    lease: 20,
    kernel: null,
    probed: false,
    cudaAvailable: null,
    finding: null,
    ...change
  };
}

export function aRunning(kernels: readonly RunningKernel[] = []): Running {
  return { kernels, lease: 20, rises: 8 };
}

/** A kernel in which torch has reserved memory. */
export function aRunningKernel(
  change: Partial<RunningKernel> = {}
): RunningKernel {
  return {
    id: 'kernel-1',
    name: 'ml',
    displayName: 'ML',
    path: 'train.ipynb',
    kind: 'notebook',
    pid: 4242,
    state: 'idle',
    torch: {
      readAt: '2026-03-10T12:00:00+00:00',
      version: '2.9.0',
      madeFor: 'CUDA 12.8',
      initialized: true,
      devices: [],
      allocated: GB,
      reserved: 1.5 * GB
    },
    unasked: null,
    gpuMemory: 2 * GB,
    cache: 0.5 * GB,
    overhead: 0.5 * GB,
    rises: 0,
    risen: 0,
    leaks: false,
    cellEnds: [],
    findings: [],
    ...change
  };
}

export function aVolume(
  change: Partial<RepositoryVolume> = {}
): RepositoryVolume {
  return {
    container: false,
    lasts: 'yes',
    mount: '/',
    kind: 'ext4',
    finding: null,
    ...change
  };
}

export function aFinding(change: Partial<Finding> = {}): Finding {
  return {
    rule: 'cpu-only-torch',
    severity: 'problem',
    message: 'The torch of the kernel "ML" is made for the CPU only.',
    evidence: ['torch 2.9.0+cpu, made without CUDA'],
    fix: 'Install another one:',
    command:
      '/opt/ml/bin/python -m pip install --upgrade --force-reinstall torch',
    ...change
  };
}

export function aKernelView(change: Partial<KernelView> = {}): KernelView {
  return {
    name: 'ml',
    displayName: 'ML',
    interpreter: '/opt/ml/bin/python',
    python: '3.12.3',
    unprobed: null,
    torch: {
      version: '2.9.0+cpu',
      cuda: null,
      cudnn: null,
      nccl: null,
      archs: [],
      bf16: null,
      tf32: null,
      fp8: null,
      warnings: []
    },
    cudaAvailable: false,
    capabilities: [],
    visibleDevices: null,
    findings: [aFinding()],
    probedAt: '2026-03-10T12:00:00+00:00',
    ...change
  };
}

export function aDoctored(change: Partial<KernelView> = {}): Doctored {
  return {
    kernels: [aKernelView(change)],
    machine: {
      container: false,
      sharedMemory: null,
      volume: null,
      driver: null
    }
  };
}
