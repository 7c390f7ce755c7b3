/** Gives a person all that differs as a file that `git apply` takes. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ProblemError } from '../api/problem';
import { toast } from '../components/toast';
import type { ComparisonModel } from './model';
import { sidesOf } from './words';

/** Makes the act. */
export function exporting(
  trans: TranslationBundle,
  model: ComparisonModel
): () => Promise<void> {
  return async () => {
    try {
      const found = await model.patch();
      if (found === null) {
        return;
      }
      const name = fileName(sidesOf(trans, model.subject).new);
      download(bytesOf(found.patch), name);
      toast(
        'success',
        trans._n(
          'Wrote what differs in %1 file to %2; git apply takes it.',
          'Wrote what differs in %1 files to %2; git apply takes it.',
          found.files,
          name
        )
      );
    } catch (error) {
      if (!(error instanceof ProblemError)) {
        throw error;
      }
      const { message, hint } = error.problem;
      toast('error', trans.__('%1 %2', message, hint));
    }
  };
}

/** Gives a name that any system takes for a file. */
export function fileName(side: string): string {
  const plain = side
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|-+$/g, '');
  return `${plain === '' ? 'changes' : plain}.patch`;
}

/** Reads base64: a patch has the encodings of all the files in it, and is no text. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
}

function download(content: Uint8Array<ArrayBuffer>, name: string): void {
  const address = URL.createObjectURL(
    new Blob([content], { type: 'text/x-patch' })
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
