import { expect } from '@playwright/test';

import type { Layout } from './layout';

export class SessionPage {
  constructor(private readonly layout: Layout) {}

  get heading() {
    return this.layout.main.getByRole('heading', { name: 'Your session', exact: true });
  }
  get sessions() {
    return this.layout.main.getByRole('list', { name: 'Active sessions', exact: true }).getByRole('listitem');
  }
  get thisDevice() {
    return this.sessions.filter({ hasText: 'This device' });
  }
  get others() {
    return this.sessions.filter({ hasNotText: 'This device' });
  }
  get endOthers() {
    return this.layout.main.getByRole('button', { name: 'Log out other sessions', exact: true });
  }
  get logOutEverywhere() {
    return this.layout.main.getByRole('button', { name: 'Log out everywhere', exact: true });
  }

  async open(): Promise<void> {
    await this.layout.open('/session');
    await expect(this.heading).toBeVisible();
  }

  /** Ends the other session; there must be only one. */
  async endTheOther(): Promise<void> {
    await this.others.getByRole('button', { name: 'End this session', exact: true }).click();
  }
}
