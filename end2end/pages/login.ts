import { expect } from '@playwright/test';

import type { Layout } from './layout';

export class LoginPage {
  constructor(private readonly layout: Layout) {}

  get email() {
    return this.layout.main.getByLabel('Email', { exact: true });
  }
  get password() {
    return this.layout.main.getByLabel('Password', { exact: true });
  }
  get button() {
    return this.layout.main.getByRole('button', { name: 'Log in', exact: true });
  }

  /** In a public demonstration. */
  get demoButton() {
    return this.layout.main.getByRole('button', { name: 'Use a demo account', exact: true });
  }

  provider(label: string) {
    return this.layout.main.getByRole('link', { name: `Continue with ${label}`, exact: true });
  }

  async open(query = ''): Promise<void> {
    await this.layout.open(`/login${query}`);
  }

  async submit(email: string, password: string): Promise<void> {
    await this.email.fill(email);
    await this.password.fill(password);
    await this.button.click();
  }

  /** Why the visitor was sent here. */
  async expectReason(reason: 'expired' | 'ended'): Promise<void> {
    const words = reason === 'expired' ? /nothing happened|inactiv|expired/i : /ended/i;
    await expect(this.layout.status.filter({ hasText: words })).toBeVisible();
  }

  /** Every failed login gets this answer. */
  async expectRefused(email: string): Promise<void> {
    await expect(this.layout.alert).toHaveText('Email or password is incorrect.');
    await expect(this.email).toHaveValue(email);
    await expect(this.password).toHaveValue('');
    await this.layout.expectSignedOut();
  }
}
