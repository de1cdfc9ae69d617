// A workout from its first set to its last, with a thumb.
import { expect } from '@playwright/test';

import type { Visitor } from '../pages/visitor';

/** How many sets are logged, and how many there are, as the player says it. */
export async function progress(visitor: Visitor): Promise<{ logged: number; all: number }> {
  const [, logged = '', all = ''] = /^(\d+) of (\d+)/.exec(await visitor.workout.progress.innerText()) ?? [];
  return { logged: Number(logged), all: Number(all) };
}

/**
 * Logs one set after the other, as each is offered, until `until` are logged. Where a weight is asked for and none is known,
 * `weight` is typed. With scripts the page stays; without, each set loads it anew.
 */
export async function logSets(visitor: Visitor, until: number, weight = '12,5'): Promise<void> {
  for (let { logged } = await progress(visitor); logged < until; logged += 1) {
    const set = visitor.main.locator('details.block[open] .set.current').first();
    const label = (await set.getAttribute('aria-label')) ?? '';
    const field = set.getByLabel('Weight', { exact: true });
    if ((await field.count()) > 0 && (await field.inputValue()) === '') await field.fill(weight);
    await set.getByRole('button', { name: 'Log', exact: true }).tap();
    const done = visitor.main.getByRole('group', { name: label, exact: true });
    await expect(done, label).toHaveClass(/logged|short/);
    await expect(visitor.workout.progress).toHaveText(new RegExp(`^${logged + 1} of`));
    await visitor.expectPath('/workout');
  }
}
