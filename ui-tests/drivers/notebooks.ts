/** Writes notebooks as Jupyter would have saved them, and waits until it has. */
import type { Page, Response } from '@playwright/test';

/** A code cell. */
export interface ICell {
  readonly source: string;
  readonly output?: string;
  /** The name of the error that it ends in. */
  readonly error?: string;
  /** A picture, in base64. */
  readonly png?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly kind?: 'code' | 'markdown';
}

/** Gives the text of a notebook file for the kernel of that name. */
export function notebookOf(
  cells: readonly ICell[],
  run: number,
  kernel = 'python3'
): string {
  const written = cells.map((cell, index) => {
    const source = cell.source.split(/(?<=\n)/);
    const id = `cell-${index}`;
    if (cell.kind === 'markdown') {
      return { cell_type: 'markdown', id, metadata: {}, source };
    }
    const data = {
      ...(cell.png === undefined ? {} : { 'image/png': cell.png }),
      ...cell.data
    };
    return {
      cell_type: 'code',
      execution_count: run + index,
      id,
      metadata: {},
      outputs: [
        ...(cell.output === undefined
          ? []
          : [{ name: 'stdout', output_type: 'stream', text: [cell.output] }]),
        ...(cell.error === undefined
          ? []
          : [
              {
                ename: cell.error,
                evalue: 'no',
                output_type: 'error',
                traceback: [`\u001b[0;31m${cell.error}\u001b[0m: no`]
              }
            ]),
        ...(Object.keys(data).length === 0
          ? []
          : [{ data, metadata: {}, output_type: 'display_data' }])
      ],
      source
    };
  });
  const kernelspec = {
    display_name: kernel === 'python3' ? 'Python 3' : kernel,
    language: 'python',
    name: kernel
  };
  const notebook = {
    cells: written,
    metadata: { kernelspec, language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** Waits until JupyterLab, told to save a file from now on, has done so. */
export function isSaved(page: Page, name: string): Promise<Response> {
  return page.waitForResponse(
    answer =>
      answer.request().method() === 'PUT' &&
      new URL(answer.url()).pathname.endsWith(`/${name}`)
  );
}
