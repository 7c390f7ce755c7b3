import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { RepositoryModel } from '../../repository/model';
import { aFinding, aVolume } from '../../testing/environmentFixtures';
import {
  fakeClient,
  refusal,
  type IFakeClient
} from '../../testing/fakeClient';
import { aStatus } from '../../testing/fixtures';
import { VolumeModel, VolumeNotice } from './banner';

const trans = nullTranslator.load('jupyter_mlgit');
const MESSAGE = 'This folder goes with the container: push your commits now.';
let client: IFakeClient;
let repository: RepositoryModel;

async function go(folder: string): Promise<void> {
  await act(async () => {
    repository.setFolder(folder);
    await new Promise(resolve => setTimeout(resolve));
  });
}

beforeEach(() => {
  sessionStorage.clear();
  client = fakeClient({
    status: at =>
      at === 'plain'
        ? Promise.reject(refusal('not-a-repository'))
        : Promise.resolve(aStatus({ root: `/srv/${at}` })),
    volume: at =>
      Promise.resolve(
        aVolume({
          finding: at === 'a' ? aFinding({ message: MESSAGE }) : null
        })
      )
  });
  repository = new RepositoryModel(client, null);
  repository.setAttention('panel', true);
  render(
    <VolumeNotice
      trans={trans}
      model={new VolumeModel(repository, sessionStorage)}
    />
  );
});

afterEach(() => {
  repository.dispose();
});

it('warns in the repository that goes with the container, and there only', async () => {
  await go('a');
  expect(screen.getByText(MESSAGE)).toBeTruthy();
  await go('b');
  expect(screen.queryByText(MESSAGE)).toBeNull();
  await go('a');
  await go('plain');
  expect(screen.queryByText(MESSAGE)).toBeNull();
  expect(client.count('volume')).toBe(3);
});

it('is read once', async () => {
  await go('a');
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByText(MESSAGE)).toBeNull();
  await go('b');
  await go('a');
  expect(screen.queryByText(MESSAGE)).toBeNull();
});

it('keeps silent where nobody can tell', async () => {
  client.answer({ volume: () => Promise.reject(refusal('busy')) });
  await go('a');
  expect(screen.queryByRole('status')).toBeNull();
});
