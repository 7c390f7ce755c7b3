/**
 * Takes the README's pictures, in both themes, of a panel with something of everything.
 *
 * They are put where the README finds them when MLGIT_UI_PICTURES names that folder; else with the results.
 */
import { join } from 'node:path';
import { expect, test } from '../../drivers/story';

const SCRIPT = `import torch
from torch import nn

model = nn.Sequential(nn.Linear(2, 64), nn.GELU(), nn.Linear(64, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)

for epoch in range(20):
    for points, labels in batches():
        loss = nn.functional.cross_entropy(model(points), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
`;

for (const theme of ['Light', 'Dark'] as const) {
  test(`shows lost work in the ${theme.toLowerCase()} theme`, async ({
    repo,
    recovery,
    page,
    tmpPath
  }, info) => {
    repo
      .init()
      .commit('Train a first network', { 'train.py': SCRIPT })
      .withRemote()
      .commit('Note what to try next', { 'notes.md': '# Next\n' })
      .experiment(
        'exp/torch-compile-opt',
        'Compile the model',
        'Fuse the optimiser',
        'Warm up longer',
        'Tune learning rate scheduler for faster convergence'
      )
      .experiment('exp/lr-3e4', 'Try 3e-4', 'Try it longer')
      .experiment('exp/augment', 'Jitter the points', 'Jitter less')
      .experiment('exp/baseline', 'Train without dropout');
    repo.git('branch', '-D', 'exp/augment');
    await recovery.open();
    await page.theme.setTheme(`JupyterLab ${theme}`);
    await page.sidebar.setWidth(345, 'left');
    await page.evaluate(async path => {
      await window.jupyterapp.commands.execute('docmanager:open', {
        path,
        factory: 'Editor'
      });
    }, `${tmpPath}/train.py`);
    await expect(recovery.cards).toHaveCount(1);

    repo.git('branch', '-f', 'exp/baseline', 'main');
    await expect(recovery.cards).toHaveCount(2);
    repo.git('branch', '-D', 'exp/lr-3e4');
    await expect(recovery.cards).toHaveCount(3);
    repo.git('branch', '-D', 'exp/torch-compile-opt');
    await expect(recovery.cards).toHaveCount(4);
    await recovery.restore('exp/lr-3e4');
    const toast = recovery.toast('Restored exp/lr-3e4');
    await expect(toast).toBeVisible();
    await expect(recovery.undoLine).toContainText(
      'Undo: restore branch exp/lr-3e4'
    );

    // It slides in.
    await toast.evaluate(async element => {
      await Promise.all(element.getAnimations().map(one => one.finished));
    });
    await page.mouse.move(900, 500);

    const name = `recovery-${theme.toLowerCase()}.png`;
    const folder = process.env.MLGIT_UI_PICTURES;
    const picture = await page.screenshot({
      path: folder === undefined ? info.outputPath(name) : join(folder, name)
    });
    expect(picture.length).toBeGreaterThan(20_000);
  });
}
