/** Says in few words what a kernel's torch makes of the GPU. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Finding, GpuTest, Gpus, KernelView } from '../api/schema';
import { visibleText } from '../components/visibleText';

/** Gives the finding that says why torch sees no GPU; null where it sees one, or wants none. */
export function causeOf(view: KernelView | null): Finding | null {
  if (view === null || view.unprobed !== null) {
    return null;
  }
  return view.findings.find(({ severity }) => severity === 'problem') ?? null;
}

/**
 * Says why torch sees no GPU, as short as a status bar wants it; null where there is nothing to say.
 *
 * @param kernel - the kernel, as people know it.
 * @param finding - what is most wrong with it.
 */
export function shortCause(
  trans: TranslationBundle,
  kernel: string,
  finding: Pick<Finding, 'rule' | 'severity'> | null
): string | null {
  if (finding === null || finding.severity !== 'problem') {
    return null;
  }
  const name = visibleText(kernel);
  switch (finding.rule) {
    case 'no-torch':
      // Who has no torch doesn't miss a GPU.
      return null;
    case 'cpu-only-torch':
      return trans.__('No CUDA: CPU-only torch in "%1"', name);
    case 'broken-torch':
      return trans.__('No CUDA: broken torch in "%1"', name);
    case 'driver-too-old':
      return trans.__('No CUDA: driver too old for "%1"', name);
    case 'hidden-by-variable':
      return trans.__('No CUDA: GPU hidden from "%1"', name);
    case 'no-code-for-gpu':
      return trans.__('torch in "%1" has no code for GPU', name);
    case 'container-without-gpu':
    case 'container-without-libraries':
    case 'container-lost-gpu':
      return trans.__('No CUDA: container without GPU');
    default:
      return trans.__('No CUDA in "%1"', name);
  }
}

/** Says what torch a kernel has, against which driver. */
export function torchLine(
  trans: TranslationBundle,
  view: KernelView,
  gpus: Pick<Gpus, 'driver' | 'cudaDriver'> | null
): string | null {
  const { torch } = view;
  if (torch === null) {
    return null;
  }
  const parts = [
    trans.__('torch %1', torch.version ?? trans.__('n/a')),
    torch.cuda === null
      ? trans.__('made without CUDA')
      : trans.__('CUDA %1', torch.cuda),
    ...(gpus === null || gpus.driver === null
      ? []
      : [
          gpus.cudaDriver === null
            ? trans.__('driver %1', gpus.driver)
            : trans.__(
                'driver %1 (up to CUDA %2)',
                gpus.driver,
                gpus.cudaDriver
              )
        ])
  ];
  return parts.map(visibleText).join(' · ');
}

/** Says how a computation on the GPU went. */
export function testWords(trans: TranslationBundle, test: GpuTest): string {
  if (test.unprobed !== null) {
    return trans.__('Not tested: %1', test.unprobed.reason);
  }
  if (!test.ok) {
    return trans.__(
      'The test on the GPU failed. torch says: %1',
      test.error ?? trans.__('nothing')
    );
  }
  const device = test.name ?? test.device ?? trans.__('the GPU');
  return test.seconds === null
    ? trans.__('Computed on %1, and the result is right.', device)
    : trans.__(
        'Computed on %1 in %2 s, and the result is right.',
        device,
        test.seconds.toFixed(1)
      );
}
